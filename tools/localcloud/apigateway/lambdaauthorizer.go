package apigateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
	"github.com/seastack/seastack/tools/localcloud/iam/policy"
)

// authorizerTimeout is how long a Lambda authorizer may take.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const authorizerTimeout = 10 * time.Second

// authorizerEvent is a request for a Lambda authorizer, in payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type authorizerEvent struct {
	Version               string            `json:"version"`
	Type                  string            `json:"type"`
	RouteARN              string            `json:"routeArn"`
	IdentitySource        []string          `json:"identitySource"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        httpevent.Context `json:"requestContext"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	StageVariables        map[string]string `json:"stageVariables,omitempty"`
}

// authorizeRequest authorizes a request by the answer of a Lambda function, or by
// the one that is kept for the same identity.
func (x *exchange) authorizeRequest(s *Service, z authorizer, w http.ResponseWriter) bool {
	var identity []string
	for _, source := range z.IdentitySource {
		identity = append(identity, x.identity(s, source))
	}
	if slices.Contains(identity, "") {
		x.deny(w, http.StatusUnauthorized, unauthorized, "the request lacks an identity source")
		return false
	}
	d, err := x.decide(s, z, identity)
	switch {
	case err != nil:
		s.env.Log.Warn("api gateway could not authorize", "route", x.route.Key, "authorizer", z.Name, "err", err)
		x.deny(w, http.StatusInternalServerError, failed, err.Error())
	case !d.allows(x.routeARN(s), x.sourceIP()):
		x.deny(w, http.StatusForbidden, forbidden, "the authorizer denies the request")
	default:
		x.authorizer = map[string]any{"lambda": d.context}
		return true
	}
	return false
}

// decide returns the decision for an identity. It is kept for the authorizer's
// TTL, for all routes of the stage that have the authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.caching
func (x *exchange) decide(s *Service, z authorizer, identity []string) (decision, error) {
	raw, err := json.Marshal(append([]string{z.ID}, identity...))
	if err != nil {
		return decision{}, err
	}
	key, now := string(raw), s.env.Now()
	if d, ok := x.stage.decisions.get(key, now); ok {
		return d, nil
	}
	payload, err := json.Marshal(x.authorizerEvent(s, identity))
	if err != nil {
		return decision{}, err
	}
	o := x.await(s, invocation{
		arn: functionURI.FindString(z.URI), source: s.env.ARN("execute-api", x.api.ID+"/authorizers/"+z.ID),
		payload: payload, timeout: authorizerTimeout,
	})
	switch {
	case o.err != nil:
		return decision{}, o.err
	case o.functionError != "":
		return decision{}, errors.New("the Lambda authorizer returned the following error: " + o.functionError)
	}
	d, err := parseDecision(o.answer, z.isSimple())
	if err == nil && z.ttl() > 0 {
		x.stage.decisions.put(key, d, now, time.Duration(z.ttl())*time.Second)
	}
	return d, err
}

func (x *exchange) authorizerEvent(s *Service, identity []string) authorizerEvent {
	e := x.event(s.env)
	return authorizerEvent{
		Version: e.Version, Type: typeRequest, RouteARN: x.routeARN(s), IdentitySource: identity,
		RouteKey: e.RouteKey, RawPath: e.RawPath, RawQueryString: e.RawQueryString, Cookies: e.Cookies, Headers: e.Headers,
		QueryStringParameters: e.QueryStringParameters, RequestContext: e.RequestContext,
		PathParameters: e.PathParameters, StageVariables: e.StageVariables,
	}
}

// routeARN returns the ARN of a request, for the policy of an authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
func (x *exchange) routeARN(s *Service) string {
	return s.env.ARN("execute-api", strings.Join([]string{x.api.ID, x.stage.Name, x.req.Method}, "/")+x.resource)
}

// decision is the answer of a Lambda authorizer.
type decision struct {
	allowed bool
	policy  *policy.Document // if not nil, it decides
	context map[string]json.RawMessage
}

// allows reports whether a decision is for a request of that ARN.
func (d decision) allows(routeARN, sourceIP string) bool {
	if d.policy == nil {
		return d.allowed
	}
	return policy.Evaluate([]*policy.Document{d.policy}, policy.Request{
		Action: "execute-api:Invoke", Resource: routeARN, Context: map[string][]string{"aws:sourceip": {sourceIP}},
	}) == policy.Allowed
}

// parseDecision reads an answer: a simple response, or one with a policy.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.payload-format-response
func parseDecision(raw []byte, simple bool) (d decision, err error) {
	var answer struct {
		IsAuthorized   *bool                      `json:"isAuthorized"`
		PolicyDocument json.RawMessage            `json:"policyDocument"`
		Context        map[string]json.RawMessage `json:"context"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return d, err
	}
	d.context = answer.Context
	switch {
	case simple && answer.IsAuthorized == nil:
		return d, errors.New("the answer of the Lambda authorizer has no isAuthorized")
	case simple:
		d.allowed = *answer.IsAuthorized
		return d, nil
	case len(answer.PolicyDocument) == 0 || bytes.Equal(answer.PolicyDocument, []byte("null")):
		return d, errors.New("the answer of the Lambda authorizer has no policyDocument")
	}
	d.policy, err = policy.Identity(string(answer.PolicyDocument))
	return d, err
}
