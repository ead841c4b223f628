// Package wire speaks AWS's wire protocols on the server's side: it finds the
// operation that a request asks for, decodes its input, encodes its output and
// gives errors the shape that AWS's own clients expect. It knows nothing of any
// single service; services describe themselves with Service and Operation.
package wire

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// Env is what every service of one local cloud shares.
type Env struct {
	Account  string // 12 digits
	Region   string
	Endpoint string // base URL that clients use, without a trailing slash
	Dir      string // private folder for files (code, sockets); services make their own folder in it
	Store    *store.DB
	Now      func() time.Time
	Log      *slog.Logger
}

// ARN gives the name of a resource of this cloud: arn:aws:<service>:<region>:<account>:<resource>.
func (e *Env) ARN(service, resource string) string {
	return "arn:aws:" + service + ":" + e.Region + ":" + e.Account + ":" + resource
}

// Protocol is one of AWS's wire protocols.
// https://smithy.io/2.0/aws/protocols/index.html
type Protocol int

const (
	// JSON is awsJson1_0 and awsJson1_1: POST /, X-Amz-Target: <TargetPrefix>.<Operation>.
	JSON Protocol = iota
	// RESTJSON is restJson1: the operation follows from method and path.
	RESTJSON
	// Query is awsQuery: a form with Action=<Operation>, answered in XML.
	Query
)

// Service describes one AWS service.
type Service struct {
	Name         string // signing name, and the prefix of its IAM actions: "sqs"
	Protocol     Protocol
	TargetPrefix string // JSON: what stands before the dot in X-Amz-Target
	Namespace    string // Query: the xmlns of its answers
	ErrorPrefix  string // JSON: what stands before the code in __type, with its '#'; may be empty
	MessageKey   string // RESTJSON: the member of an error's message; "message" where empty
	Global       bool   // it has one endpoint for all regions, and is signed for any (IAM, STS)
	// QueryCompatible says that a JSON service used to speak Query, and that its
	// clients still know errors by the codes of that time (SQS).
	QueryCompatible bool
	// Former is the same service in the Query protocol, which clients older than
	// its JSON protocol speak; nil where there are none, or nobody uses them.
	Former     *Service
	Operations []Operation
}

// Operation is one operation of a service.
type Operation struct {
	Name   string // as in AWS's API reference: "CreateQueue"
	Method string // RESTJSON: "POST"
	Path   string // RESTJSON: "/2015-03-31/functions/{FunctionName}"; "{Name+}" takes the rest, slashes too
	Status int    // status of success; 200 where zero
	Action string // IAM action without the service's prefix; Name where empty
	Free   bool   // anyone may call it, or it asks for permission itself
	// Resource gives the ARN that IAM is asked about; nil means "*".
	Resource func(*Call) string
	// Resources is Resource for an operation on several: each is asked about.
	Resources func(*Call) []string
	// Passes gives the role that the caller hands to the service, for which it
	// needs iam:PassRole; "" or a nil Passes where it hands none.
	Passes func(*Call) string
	Handle func(context.Context, *Call) (any, error)
}

// Principal is who signed a request.
type Principal struct {
	ARN     string // "arn:aws:iam::<account>:root" or an assumed role's session ARN
	RoleARN string // set for a session of a role; root has none and may do anything
	UserID  string
	// Session is the access key of a role's session, by which the Authority knows
	// what else limits it; "" for root, and where a service acts as a role itself.
	Session string
}

// Call is one request to one operation.
type Call struct {
	Env       *Env
	Service   string
	Operation string
	RequestID string
	Principal Principal
	Path      map[string]string // RESTJSON: values of the path's variables, unescaped
	Query     url.Values        // RESTJSON: the query string; Query: the form
	Header    http.Header
	Body      []byte
}

// Response is an answer that is not an encoded output: for operations that set
// headers or give raw bytes (Lambda's Invoke). A Body that is nil sends none.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Authority answers for identities and permissions. IAM implements it.
type Authority interface {
	// Principal gives the owner of an access key.
	Principal(accessKeyID, sessionToken string) (Principal, error)
	// Authorize gives nil when p may do action ("sqs:SendMessage") on resource,
	// and an *Error with AWS's AccessDenied text when it may not. Errors have the
	// codes of the Query protocol (AccessDenied, InvalidClientTokenId,
	// ExpiredToken); the handler renames them for services of another.
	Authorize(p Principal, action, resource string) error
}

// TagAuthority is an Authority whose policies may ask what tags a request sets
// or removes (aws:RequestTag/..., aws:TagKeys). Of another, Authorize is asked.
type TagAuthority interface {
	// AuthorizeTags is Authorize for a request with tags; it calls tags only
	// when a policy asks.
	AuthorizeTags(p Principal, action, resource string, tags func() RequestTags) error
}

// PassAuthority is an Authority that knows to which service a role is passed,
// as policies may ask by iam:PassedToService. Of another, Authorize is asked.
type PassAuthority interface {
	// AuthorizePass is Authorize for iam:PassRole; service is a signing name.
	AuthorizePass(p Principal, roleARN, service string) error
}
