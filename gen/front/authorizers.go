package front

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
)

// collectAuthorizers finds the names of all authorizers, before any route asks for
// one. Those of wrong handlers are among them: their routes get no findings.
func (b *builder) collectAuthorizers() {
	b.principals = map[string]types.Type{}
	for _, p := range b.module.Packages {
		for _, d := range p.Declarations {
			for _, a := range d.Annotations {
				if settings, ok := a.Value.(*annotation.Authorizer); ok {
					b.principals[settings.Name] = principalOf(p, d)
				}
			}
		}
	}
}

// principalOf returns the type of who calls, as an authorizer returns it; nil where
// that answers as aws-lambda-go has it, or is wrong.
func principalOf(p *load.Package, d annotation.Declaration) types.Type {
	fn, ok := p.TypesInfo.Defs[d.Func.Name].(*types.Func)
	if !ok {
		return nil
	}
	fit, ok := signature.Match(model.AuthorizerTrigger, fn.Signature())
	if !ok || fit.Out == nil {
		return nil
	}
	return pointed(fit.Out)
}

// pointed returns what a pointer points to, and any other type as it is.
func pointed(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	return types.Unalias(t)
}

// adaptAuthorizer adds an authorizer to the model.
func (b *builder) adaptAuthorizer(h *handler, f *model.Function, a *annotation.Authorizer, fit signature.Fit) {
	f.Trigger.Authorizer = &model.Authorize{Authorizer: a.Name}
	z := model.Authorizer{
		Name: a.Name, Headers: a.Headers(), TTL: int(a.TTL), Pos: f.Pos,
		Function: model.FunctionRef{Stack: b.stacks[h.pkg.PkgPath].Name, Function: f.Name},
	}
	if fit.Out != nil {
		b.checkJSON(h, "principal", fit.Out, signature.Read|signature.Write)
		named := pointed(fit.Out).(*types.Named).Obj()
		z.Principal = &model.TypeRef{Package: named.Pkg().Path(), Name: named.Name()}
	}
	b.authorizers = append(b.authorizers, z)
}

// authorize sets who may call a route, and checks it against what its handler
// takes and what the environments allow.
func (b *builder) authorize(h *handler, route *model.HTTP, a *annotation.HTTP, fit signature.Fit) {
	route.Auth = cmp.Or(a.Auth, h.stack.Auth, model.Public)
	route.Scopes = a.ScopeList()
	if len(route.Scopes) > 0 && route.Auth != model.JWT {
		b.add(diag.New(diag.Contradiction, h.trigger.At("scopes"),
			"scopes= is set, but only a token has scopes, and the route has auth="+route.Auth,
			"add auth=jwt, or remove scopes="))
	}
	switch route.Auth {
	case model.Public:
		b.checkPublic(h, *route)
	case model.JWT:
		b.checkIssuers(h)
	default:
		if !b.knownAuthorizer(h, route.Auth) {
			return
		}
	}
	if fit.Caller != nil {
		b.checkCaller(h, *route, fit.Caller)
	}
}

// knownAuthorizer reports whether the module has an authorizer of the name. A stack's
// default is told of once.
func (b *builder) knownAuthorizer(h *handler, name string) bool {
	if _, ok := b.principals[name]; ok {
		return true
	}
	next := "write //seastack:authorizer " + name + " on a handler that authorizes requests, or use public or jwt"
	options := append(slices.Sorted(maps.Keys(b.principals)), model.JWT, model.Public)
	if near, ok := diag.Closest(name, options); ok {
		next = "did you mean " + near + "? There are: " + strings.Join(options, ", ")
	}
	at := h.trigger.At("auth")
	if h.stack.Auth == name && at == h.trigger.Pos {
		at = h.stackPos
	}
	if !slices.ContainsFunc(b.list, func(d diag.Diagnostic) bool {
		return d.Code == diag.UnknownAuthorizer && d.File == at.Filename && d.Line == at.Line
	}) {
		b.add(diag.New(diag.UnknownAuthorizer, at, "there is no authorizer "+name, next))
	}
	return false
}

// checkCaller checks that the route's authorization gives what the handler takes.
func (b *builder) checkCaller(h *handler, route model.HTTP, caller types.Type) {
	at := b.module.Position(h.fn.Pos())
	switch route.Auth {
	case model.Public:
		b.add(diag.New(diag.CallerUnknown, at,
			h.name+" takes an auth.Caller["+signature.Text(caller)+"], but its route is public: "+
				"nobody is asked who calls",
			"add auth= to //seastack:http or //seastack:stack, or remove the parameter"))
		return
	case model.JWT:
		b.checkClaims(h, caller)
		return
	}
	want := b.principals[route.Auth]
	switch {
	case want == nil:
		b.checkJSON(h, "caller", caller, signature.Read)
	case !sameType(want, caller):
		b.add(diag.New(diag.WrongCaller, at,
			fmt.Sprintf("%s takes an auth.Caller[%s], but the authorizer %s returns %s",
				h.name, signature.Text(caller), route.Auth, signature.Text(want)),
			"take an auth.Caller["+signature.Text(want)+"]"))
	}
}

// checkClaims checks that the claims of a token can fill a type.
func (b *builder) checkClaims(h *handler, caller types.Type) {
	before := len(b.list)
	if b.checkJSON(h, "caller", caller, signature.Read); len(b.list) > before {
		return
	}
	if wrong := signature.Claims(caller); wrong != "" {
		b.add(diag.New(diag.BadClaims, b.module.Position(h.fn.Pos()),
			h.name+" cannot take the claims of a token: "+wrong,
			`use a struct of strings, numbers, bools, slices of these, and types with UnmarshalJSON or UnmarshalText; `+
				`json:"-" leaves a field out`))
	}
}

func sameType(a, b types.Type) bool {
	x, isNamed := a.(*types.Named)
	y, alsoNamed := b.(*types.Named)
	return isNamed && alsoNamed &&
		resolve.TypeKey(x.Obj()) == resolve.TypeKey(y.Obj()) && x.TypeArgs().Len()+y.TypeArgs().Len() == 0
}

// checkPublic reports the environments that do not allow the route to be public.
func (b *builder) checkPublic(h *handler, route model.HTTP) {
	for _, e := range b.config.Environments {
		if !e.AllowsPublic(route.Route()) {
			b.add(diag.New(diag.PublicRoute, h.trigger.At("auth"),
				fmt.Sprintf("%s is public, and the environment %s does not allow it to be", route.Route(), e.Name),
				fmt.Sprintf("add auth= to //seastack:http or //seastack:stack, "+
					"or %q to public_routes of the environment in seastack.hcl", route.Route())))
		}
	}
}

// checkIssuers reports the environments that have no issuer of tokens, each at the
// first route that needs one. The local cloud is an issuer itself.
func (b *builder) checkIssuers(h *handler) {
	for _, e := range b.config.Environments {
		if e.JWT != nil || e.IsLocal() || b.noIssuer[e.Name] {
			continue
		}
		b.noIssuer[e.Name] = true
		b.add(diag.New(diag.NoIssuer, h.trigger.At("auth"),
			"the route has auth=jwt, but the environment "+e.Name+" names no issuer of tokens",
			fmt.Sprintf(`add to the block environment %q in seastack.hcl: `+
				`jwt { issuer = "https://..." audience = ["..."] }`, e.Name)))
	}
}
