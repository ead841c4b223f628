package wire

import (
	"net/http"
	"strings"
)

// credential is what a SigV4 signature says of its signer. The signature
// itself is not checked: the local cloud trusts whoever reaches its port, and
// needs to know only which role's permissions to apply.
type credential struct{ accessKey, token, service string }

// FromClient says whether a client of AWS's sent a request, and not a browser:
// it is signed, or it says so (aws-cli, aws-sdk-..., Boto3).
func FromClient(req *http.Request) bool {
	agent := req.UserAgent()
	return strings.HasPrefix(req.Header.Get("Authorization"), "AWS4-") || req.URL.Query().Has("X-Amz-Credential") ||
		req.Header.Get("X-Amz-Target") != "" || strings.HasPrefix(agent, "aws-") || strings.HasPrefix(agent, "Boto")
}

// credentialOf reads the signature from the request's header or, for a
// presigned URL, from its query string.
func credentialOf(req *http.Request) credential {
	if _, after, ok := strings.Cut(req.Header.Get("Authorization"), "Credential="); ok {
		scope, _, _ := strings.Cut(after, ",")
		return parseScope(scope, req.Header.Get("X-Amz-Security-Token"))
	}
	if !strings.Contains(req.URL.RawQuery, "X-Amz-Credential=") {
		return credential{}
	}
	query := req.URL.Query()
	return parseScope(query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token"))
}

// parseScope takes "key/date/region/service/aws4_request" apart.
func parseScope(scope, token string) credential {
	parts := strings.Split(strings.TrimSpace(scope), "/")
	if len(parts) != 5 {
		return credential{}
	}
	return credential{accessKey: parts[0], token: token, service: parts[3]}
}
