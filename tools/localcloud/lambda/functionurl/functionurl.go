// Package functionurl keeps the URLs of functions and serves them: it authorizes
// requests, makes events of them and writes the answers, streamed or whole. It
// knows of functions only what Functions tells it.
package functionurl

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/stream"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Functions are the functions that may have a URL.
type Functions interface {
	// CheckTx returns AWS's error if there is no such function, version or alias.
	CheckTx(tx *store.Tx, r names.Reference) error
	// Invoke runs a function and returns its answer.
	Invoke(ctx context.Context, r names.Reference, in Invocation) (stream.End, error)
	// Stream runs a function whose answer comes while it runs.
	Stream(ctx context.Context, r names.Reference, in Invocation) *stream.Answer
	// Measure records a request to a function's URL.
	Measure(r names.Reference, version string, status int, latency time.Duration)
}

// Invocation is the event of an invocation, with its identity.
type Invocation struct {
	RequestID, TraceID string
	Payload            []byte
	Nested             bool // a function waits for it
}

// Policies are the resource policies of functions.
type Policies interface {
	// Document returns the policy of what r names, "" if it has none.
	Document(r names.Reference) (string, error)
}

// Callers identify and authorize callers. IAM implements it.
type Callers interface {
	// Principal returns the owner of an access key.
	Principal(accessKeyID, sessionToken string) (wire.Principal, error)
	// Secret returns the secret of an access key, if it is known.
	Secret(accessKeyID string) (secret string, known bool)
	// AuthorizeBy returns nil if p may do action on resource, whose policy is
	// document, "" if it has none. keys are condition keys in lower case.
	AuthorizeBy(p wire.Principal, document, action, resource string, keys map[string][]string) error
	// PermitAnyone returns nil if the policy lets everybody do action on resource.
	PermitAnyone(document, action, resource string, keys map[string][]string) error
}

// Deps are what URLs need. Without Callers everyone may call each URL.
type Deps struct {
	Functions Functions
	Policies  Policies
	Callers   Callers
}

// URLs are the URLs of all functions.
type URLs struct {
	env     *wire.Env
	names   names.Names
	deps    Deps
	configs store.Collection[config]          // by names.Reference
	ids     store.Collection[names.Reference] // by the URL's ID
}

// New returns the URLs in env's store.
func New(env *wire.Env, deps Deps) *URLs {
	return &URLs{
		env: env, names: names.New(env), deps: deps,
		configs: store.In[config](env.Store, "lambda/urls"),
		ids:     store.In[names.Reference](env.Store, "lambda/url-ids"),
	}
}

// Operations returns the operations of Lambda's API on URLs.
func (u *URLs) Operations() []wire.Operation {
	const path = "/2021-10-31/functions/{FunctionName}/url"
	return []wire.Operation{
		names.Operation(u.names, "CreateFunctionUrlConfig", "POST", path, 201, u.create),
		names.Operation(u.names, "GetFunctionUrlConfig", "GET", path, 200, u.get),
		names.Operation(u.names, "UpdateFunctionUrlConfig", "PUT", path, 200, u.update),
		names.Operation(u.names, "DeleteFunctionUrlConfig", "DELETE", path, 204, u.delete),
		names.Operation(u.names, "ListFunctionUrlConfigs", "GET", path+"s", 200, u.list),
	}
}

// DeleteTx removes the URL of an alias.
func (u *URLs) DeleteTx(tx *store.Tx, r names.Reference) error {
	c, ok, err := u.configs.GetTx(tx, r.Key())
	if err != nil || !ok {
		return err
	}
	return cmp.Or(u.configs.DeleteTx(tx, r.Key()), u.ids.DeleteTx(tx, c.ID))
}

// DeleteFunctionTx removes the URLs of a function and its aliases.
func (u *URLs) DeleteFunctionTx(tx *store.Tx, name string) error {
	var all []names.Reference
	err := u.configs.EachTx(tx, names.Prefix(name), func(_ string, c config) (bool, error) {
		all = append(all, c.Function)
		return true, nil
	})
	for _, r := range all {
		err = cmp.Or(err, u.DeleteTx(tx, r))
	}
	return err
}

// domain returns what follows the ID in the host of a URL.
func (u *URLs) domain() string { return ".lambda-url." + u.env.Region + ".localhost" }

// address returns the URL with the ID.
func (u *URLs) address(id string) string {
	host := id + u.domain()
	if endpoint, err := url.Parse(u.env.Endpoint); err == nil && endpoint.Port() != "" {
		host = net.JoinHostPort(host, endpoint.Port())
	}
	return "http://" + host + "/"
}
