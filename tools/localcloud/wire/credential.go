package wire

import (
	"net/http"
	"strings"
)

// credential holds what a SigV4 signature tells about its signer. The signature
// itself is not verified: the local cloud trusts every client that reaches its
// port, and uses the credential only to find the role whose permissions apply.
type credential struct{ accessKey, token, region, service string }

// algorithm is the prefix of the algorithms of AWS's signatures
// (AWS4-HMAC-SHA256, AWS4-ECDSA-P256-SHA256).
const algorithm = "AWS4-"

// FromClient reports whether an AWS client sent a request: it is signed, or its
// User-Agent names one (aws-cli, aws-sdk-..., Boto3).
func FromClient(req *http.Request) bool {
	agent := req.UserAgent()
	return strings.HasPrefix(req.Header.Get("Authorization"), algorithm) || req.URL.Query().Has("X-Amz-Credential") ||
		req.Header.Get("X-Amz-Target") != "" || strings.HasPrefix(agent, "aws-") || strings.HasPrefix(agent, "Boto")
}

// credentialOf reads the signature from the request's header or, for a presigned
// URL, from its query string. A request without one of a signature's parts is
// unsigned.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
func credentialOf(req *http.Request) credential {
	if header := req.Header.Get("Authorization"); header != "" {
		_, after, ok := strings.Cut(header, "Credential=")
		if !ok || !strings.HasPrefix(header, algorithm) || !strings.Contains(after, "SignedHeaders=") ||
			!strings.Contains(after, "Signature=") {
			return credential{}
		}
		scope, _, _ := strings.Cut(after, ",")
		return parseScope(scope, req.Header.Get("X-Amz-Security-Token"))
	}
	if !strings.Contains(req.URL.RawQuery, "X-Amz-Credential=") {
		return credential{}
	}
	query := req.URL.Query()
	if !strings.HasPrefix(query.Get("X-Amz-Algorithm"), algorithm) || query.Get("X-Amz-Signature") == "" {
		return credential{}
	}
	return parseScope(query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token"))
}

// parseScope splits "key/date/region/service/aws4_request".
func parseScope(scope, token string) credential {
	parts := strings.Split(strings.TrimSpace(scope), "/")
	if len(parts) != 5 {
		return credential{}
	}
	return credential{accessKey: parts[0], token: token, region: parts[2], service: parts[3]}
}

// checkRegion refuses a signature for another region than the cloud's: a client
// that is configured for another region would not find its resources. Clients
// sign requests to global services for any region.
func (h *Handler) checkRegion(s *Service, who credential) error {
	if s.Global || who.region == h.env.Region {
		return nil
	}
	return Errorf(http.StatusForbidden, "SignatureDoesNotMatch",
		"Credential should be scoped to a valid region: the local cloud is in %s, not in %q; set AWS_REGION=%s",
		h.env.Region, who.region, h.env.Region)
}
