package annotation

import (
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// Stream puts a handler behind a URL of its own, which sends the answer while the
// handler writes it. The handler is one of
//
//	func(http.ResponseWriter, *http.Request)
//	func() http.Handler
//
// The second is called once. The URL is a function URL of Lambda and gets each
// request, whatever its method and its path; seastack status shows it. Flush of
// http.ResponseController sends what was written. An answer has 200 MB at most and
// may take as long as the function's timeout, unlike one behind //seastack:http. A
// panic before the first byte is answered with 500, and a later one breaks the
// answer off. The event is function.HTTPEvent of the request's context.
//
// Callers need lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function's
// alias, and sign their requests.
type Stream struct {
	// Auth is who may call the URL: iam for callers with an identity of AWS that
	// allows it, or public for everybody, without any check. Default: iam.
	Auth string `key:"auth"`
}

func (s *Stream) check(r *report) {
	switch s.Auth {
	case "", model.IAMAuth, model.Public:
	default:
		r.add(diag.BadValue, "auth", quote(s.Auth)+" is not a kind of authorization", "write auth=iam or auth=public")
	}
}
