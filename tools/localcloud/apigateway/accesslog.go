package apigateway

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
)

// logVariable is $context.<name> in the format of an access log. Claims and the
// properties of Lambda authorizers have names such as cognito:groups.
var logVariable = regexp.MustCompile(`\$context\.(authorizer\.(claims\.)?\w+([:-]\w+)*|[A-Za-z]+(\.[A-Za-z]+)*)`)

// logAccess writes the line of an exchange if its stage has an access log.
func (s *Service) logAccess(x *exchange, answered *counting) {
	settings := x.stage.AccessLog
	if settings == nil || s.access == nil {
		return
	}
	line := logVariable.ReplaceAllStringFunc(settings.Format, func(name string) string {
		if value := x.logValue(s, name[len("$context."):], answered); value != "" {
			return value
		}
		return "-"
	})
	err := s.access(settings.DestinationARN, x.at, line)
	if err == nil {
		s.silent.Delete(settings.DestinationARN)
		return
	}
	if _, told := s.silent.LoadOrStore(settings.DestinationARN, true); !told {
		s.env.Log.Warn("access log of an API", "api", x.api.ID, "group", settings.DestinationARN, "err", err)
	}
}

// requestVariables are the variables that a request has before it is authorized.
var requestVariables = []string{
	"accountId", "apiId", "domainName", "domainPrefix", "httpMethod", "identity.sourceIp", "identity.userAgent", "path",
	"protocol", "requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "routeKey", "stage",
}

// logValue returns a variable of the access log.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func (x *exchange) logValue(s *Service, name string, answered *counting) string {
	switch name {
	case "error.message", "integrationErrorMessage":
		return x.failure
	case "authorizer.error":
		return x.refusal
	case "responseLatency", "integrationLatency", "integration.latency":
		return strconv.FormatInt(s.env.Now().Sub(x.at).Milliseconds(), 10)
	case "responseLength":
		return strconv.Itoa(answered.bytes)
	case "status":
		return strconv.Itoa(answered.status)
	}
	if property, ok := strings.CutPrefix(name, "authorizer."); ok {
		return x.authorizerValue(property)
	}
	return x.requestValue(s, name)
}

// authorizerValue returns what an authorizer told: claims.<name> of a token, or a
// property of a Lambda authorizer's context.
func (x *exchange) authorizerValue(property string) string {
	if claim, ok := strings.CutPrefix(property, "claims."); ok {
		token, _ := x.authorizer["jwt"].(jwtContext)
		return token.Claims[claim]
	}
	properties, _ := x.authorizer["lambda"].(map[string]json.RawMessage)
	raw := properties[property]
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// requestValue returns one of requestVariables.
func (x *exchange) requestValue(s *Service, name string) string {
	routeKey := ""
	if x.route != nil {
		routeKey = x.route.Key
	}
	switch name {
	case "accountId":
		return s.env.Account
	case "apiId":
		return x.api.ID
	case "domainName":
		return x.api.ID + dataDomain
	case "domainPrefix":
		return x.api.ID
	case "httpMethod":
		return x.req.Method
	case "identity.sourceIp":
		return x.sourceIP()
	case "identity.userAgent":
		return x.req.UserAgent()
	case "path":
		return x.path
	case "protocol":
		return x.req.Proto
	case "requestId", "extendedRequestId":
		return x.id
	case "requestTime":
		return x.at.UTC().Format(httpevent.Time)
	case "requestTimeEpoch":
		return strconv.FormatInt(x.at.UnixMilli(), 10)
	case "routeKey":
		return routeKey
	case "stage":
		return x.stage.Name
	}
	return ""
}
