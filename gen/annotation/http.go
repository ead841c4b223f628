package annotation

// HTTP puts a handler behind a route of the API. It may be any of
//
//	func(context.Context, In) (Out, error)
//	func(context.Context, In) error
//	func(context.Context) (Out, error)
//	func(context.Context) error
//	func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
//	func(http.ResponseWriter, *http.Request)
//	func() http.Handler
//
// Each of the first four may take an auth.Caller[T] after the context, where the
// route has auth=: who calls, as T has it. With auth=jwt T is a struct with the
// claims of the token; with an authorizer of yours it is the type that this
// returns. Handlers of package net/http have auth.From[T](r.Context()).
//
// In is a struct: fields tagged path:"id", query:"limit" and header:"X-Name"
// come from there, the others from the JSON body. The body is read strictly:
// names match exactly and stand once, and none is unknown, at every depth. What
// does not fit is answered with 400, what In's Validate() error refuses with 422,
// and a body over 1 MiB with 413. Texts are UTF-8 without NUL characters.
//
// The last is called once and may be a router of any library, unchanged: behind
// ANY /x/{path+} it gets each request to a path below /x, with its whole path. The
// API's event is function.HTTPEvent of the request's context.
//
// Other types of aws-lambda-go's events are refused. A function that takes them
// has //seastack:function alone, and its trigger beside the generated Terraform.
type HTTP struct {
	// Method is GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or ANY.
	Method string `arg:"METHOD"`
	// Path has variables as whole segments: /interviews/{id}. The last may take
	// all that is left: /files/{path+}.
	Path string `arg:"PATH"`
	// Status is that of success. Default: 200 with a result, 204 without.
	Status int `key:"status" min:"200" max:"299"`
	// Auth says who may call: public for anybody, jwt for who has a token of the
	// issuer that the environment names in seastack.hcl, or the name of an authorizer
	// of the module. Default: the stack's.
	Auth string `key:"auth"`
	// Scopes are scopes of which a token must have one, with spaces between them:
	// scopes="notes:read notes:write". They are for auth=jwt. API Gateway takes 10.
	Scopes string `key:"scopes"`
}

func (h *HTTP) check(r *report) {
	checkMethod(h.Method, r)
	checkPath(h.Path, r)
	checkAuth(r, h.Auth)
	h.checkScopes(r)
}

// Variables returns the names of the path's variables, in their order.
func (h *HTTP) Variables() []string {
	var names []string
	for _, s := range segments(h.Path) {
		if s.variable {
			names = append(names, s.name)
		}
	}
	return names
}
