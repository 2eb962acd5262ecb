// renew_certificate(request) -> {name, role, certificate, ca, site, until, time}
//
// Issues a new certificate for the caller's own name, role and key. Errors: not_allowed for a
// caller without a certificate, for another key, and after a revocation; invalid_argument;
// unavailable (store).
#include "access/funcs/joined.h"
#include "access/store/access_store.h"
#include "api/function.h"

namespace mega {
namespace {

const Service<AccessStore> access_store{"certificates and tokens"};

const Param<std::string> request{"request", "PKCS #10, PEM, for the key of the certificate"};

Result<Value> renew_certificate(Context& context, const Args& args) {
  const auto authority = authority_of(context);
  if (!authority) return fail(authority.error());
  const Caller& caller = context.caller;
  if (caller.door != Door::tls || caller.name.empty()) {
    return fail(Errc::not_allowed,
                "renew_certificate is for callers with a certificate, at the tls door; you are at "
                "the {} door",
                name_of(caller.door));
  }
  const std::string csr = args[request];
  const auto pin = request_pin(csr);
  if (!pin) return fail(pin.error());
  const Issue issue = [&](const Grant& grant) { return (*authority)->issue(csr, grant); };
  const auto certificate =
      context[access_store].renew_certificate(context.author,
                                              {.name = caller.name,
                                               .role = std::string(name_of(caller.role)),
                                               .key_pin = *pin,
                                               .address = caller.address,
                                               .issued = caller.issued,
                                               .held_pin = caller.key_pin},
                                              issue);
  if (!certificate) return fail(certificate.error());
  return joined_answer(**authority, *certificate, context.clock.now());
}

const Registered<Function> function{{
    .name = "renew_certificate",
    .summary = "Get a new certificate before the caller's own ends",
    .params = {request},
    .permission = Permission::self,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call renew_certificate request=@request.pem",
    .detail = "Commands of a joined host or user call it by themselves once two thirds of the time "
              "have passed.\n"
              "Answers what join answers.",
    .run = renew_certificate,
}};

}  // namespace
}  // namespace mega
