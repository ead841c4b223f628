// Package wire implements AWS's wire protocols for servers: it finds the
// operation that a request asks for, decodes its input, encodes its output, and
// encodes errors as AWS's clients expect them. It knows no service; services
// describe themselves with Service and Operation.
package wire

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// Env holds what the services of one local cloud share.
type Env struct {
	Account  string // 12 digits
	Region   string
	Endpoint string // base URL that clients use, without a trailing slash
	Dir      string // private folder for files (code, sockets); each service makes its own folder in it
	Store    *store.DB
	Now      func() time.Time
	Log      *slog.Logger
}

// ARN returns the name of a resource of this cloud:
// arn:aws:<service>:<region>:<account>:<resource>.
func (e *Env) ARN(service, resource string) string {
	return "arn:aws:" + service + ":" + e.Region + ":" + e.Account + ":" + resource
}

// Protocol is one of AWS's wire protocols.
// https://smithy.io/2.0/aws/protocols/index.html
type Protocol int

const (
	// JSON is awsJson1_0 and awsJson1_1: POST /, X-Amz-Target:
	// <TargetPrefix>.<Operation>.
	JSON Protocol = iota
	// RESTJSON is restJson1: the operation follows from method and path.
	RESTJSON
	// Query is awsQuery: a form with Action=<Operation>, answered in XML.
	Query
	// RESTXML is restXml, of S3: the operation follows from method, path and query
	// string. Bodies are streams, which operations read and write themselves.
	RESTXML
	// cborProtocol is JSON for a client that speaks smithy-rpc-v2-cbor.
	cborProtocol
)

// Service describes one AWS service.
type Service struct {
	Name         string // signing name, and the prefix of its IAM actions: "sqs"
	Prefix       string // of its IAM actions where that is not Name
	Protocol     Protocol
	TargetPrefix string // JSON: the part of X-Amz-Target before the dot
	Namespace    string // Query: the xmlns of its answers
	ErrorPrefix  string // JSON: the part of __type before the code, with its '#'; may be empty
	DeniedCode   string // Query: the code of AccessDenied, where it has a name of its own (SNS)
	MessageKey   string // RESTJSON: the member of an error's message; "message" if empty
	Global       bool   // it has one endpoint for all regions, and is signed for any (IAM, STS)
	// QueryCompatible reports whether a JSON service used the Query protocol in
	// the past, and its clients still expect the error codes of that protocol
	// (SQS).
	QueryCompatible bool
	// Former is the same service in the Query protocol, which clients older than
	// its JSON protocol use; nil if there is none.
	Former *Service
	// Find returns the name of the operation that a request of RESTXML asks for,
	// and the values of its path; "" where there is none.
	Find func(*http.Request) (operation string, path map[string]string)
	// Policy returns the policy document of the service's resource with that ARN,
	// by which calls of the resource are authorized; "" if it has none. A nil
	// Policy means that the service's resources have no such policies.
	Policy     func(resourceARN string) (document string, err error)
	Operations []Operation
}

// Operation is one operation of a service.
type Operation struct {
	Name   string // as in AWS's API reference: "CreateQueue"
	Method string // RESTJSON: "POST"
	Path   string // RESTJSON: "/2015-03-31/functions/{FunctionName}"; "{Name+}" matches the rest, including slashes
	Status int    // status of success; 200 if zero
	Action string // IAM action without the service's prefix; Name if empty
	Free   bool   // anyone may call it, or it authorizes the call itself
	// Resource returns the ARN that the call is authorized for; nil means "*".
	Resource func(*Call) string
	// Resources is Resource for an operation on several resources: the call is
	// authorized for each.
	Resources func(*Call) []string
	// Keys returns the condition keys of the call that are the service's own, in
	// lower case; nil means that it has none. A call has them or tags, not both.
	Keys func(*Call) map[string][]string
	// SetsPolicy reports whether the operation changes the resource's policy: root
	// may call it whatever that policy says, so that nobody is locked out.
	SetsPolicy bool
	// Passes returns the role that the caller passes to the service, for which it
	// needs iam:PassRole. "" or a nil Passes means none.
	Passes func(*Call) string
	Handle func(context.Context, *Call) (any, error)
	// Serve has the place of Handle for RESTXML. An error that it returns is
	// written as the answer; then it has written nothing.
	Serve func(http.ResponseWriter, *http.Request, *Call) error
}

// Principal is the signer of a request.
type Principal struct {
	ARN     string // "arn:aws:iam::<account>:root" or an assumed role's session ARN
	RoleARN string // of a session; empty for root, which may do what no resource's policy denies
	UserID  string
	// Session is the access key of a role's session, by which the Authority finds
	// what else limits the session; "" for root, and for a service that assumes a
	// role itself.
	Session string
}

// Call is one request to one operation.
type Call struct {
	Env       *Env
	Service   string
	Operation string
	RequestID string
	Principal Principal
	Path      map[string]string // RESTJSON, RESTXML: values of the path's variables, unescaped
	Query     url.Values        // RESTJSON, RESTXML: the query string; Query: the form
	Header    http.Header
	Body      []byte // not of RESTXML
}

// Response is an answer that is not an encoded output: for operations that set
// headers or send raw bytes (Lambda's Invoke). A nil Body is not sent.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Authority identifies callers and authorizes calls. IAM implements it.
type Authority interface {
	// Principal returns the owner of an access key.
	Principal(accessKeyID, sessionToken string) (Principal, error)
	// Authorize returns nil if p may do action ("sqs:SendMessage") on resource,
	// and an *Error with AWS's AccessDenied text if not. Errors have the codes of
	// the Query protocol (AccessDenied, InvalidClientTokenId, ExpiredToken); the
	// handler renames them for services with another protocol.
	Authorize(p Principal, action, resource string) error
}

// TagAuthority is an Authority whose policies may depend on the tags that a
// request sets or removes (aws:RequestTag/..., aws:TagKeys). If an Authority is
// none, Authorize is called.
type TagAuthority interface {
	// AuthorizeTags is Authorize for a request with tags; it calls tags only if a
	// policy depends on them.
	AuthorizeTags(p Principal, action, resource string, tags func() RequestTags) error
}

// KeyAuthority is an Authority whose policies may depend on condition keys that
// are a service's own. If an Authority is none, Authorize is called.
type KeyAuthority interface {
	// AuthorizeKeys is Authorize for a call with such keys, in lower case.
	AuthorizeKeys(p Principal, action, resource string, keys map[string][]string) error
}

// ServiceAuthority authorizes calls that services of AWS make in their own name.
// IAM implements it.
type ServiceAuthority interface {
	// AuthorizeService returns nil if the policy of a resource lets a service
	// ("s3.amazonaws.com") do action on it, on behalf of source, which is the ARN
	// of the service's own resource.
	AuthorizeService(service, source, action, resource string) error
}

// PassAuthority is an Authority that knows to which service a role is passed, on
// which policies may depend by iam:PassedToService. If an Authority is none,
// Authorize is called.
type PassAuthority interface {
	// AuthorizePass is Authorize for iam:PassRole; service is a signing name.
	AuthorizePass(p Principal, roleARN, service string) error
}
