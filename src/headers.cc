// Holds nothing: it is what the precompiled headers are compiled with.
