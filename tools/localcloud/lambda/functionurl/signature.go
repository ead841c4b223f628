package functionurl

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The form of a signature.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
const (
	algorithm  = "AWS4-HMAC-SHA256"
	dateLayout = "20060102T150405Z"
	service    = "lambda"
	maxSkew    = 5 * time.Minute
)

// signature is a signature in a request's header.
type signature struct {
	key, region, service string
	headers              []string // that are signed, in lower case
	value                string
	at                   time.Time
}

func refused(format string, args ...any) error {
	return wire.Errorf(http.StatusForbidden, "InvalidSignatureException", format, args...)
}

// parseSignature reads the header of a signed request.
func parseSignature(req *http.Request) (s signature, err error) {
	fields, ok := strings.CutPrefix(req.Header.Get("Authorization"), algorithm+" ")
	if !ok {
		return s, wire.Errorf(http.StatusForbidden, "AccessDenied", "the request is not signed")
	}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Credential":
			if scope := strings.Split(value, "/"); len(scope) == 5 {
				s.key, s.region, s.service = scope[0], scope[2], scope[3]
			}
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.value = value
		}
	}
	s.at, err = time.Parse(dateLayout, req.Header.Get("X-Amz-Date"))
	if err != nil || s.key == "" || len(s.headers) == 0 || s.value == "" {
		return s, wire.Errorf(http.StatusForbidden, "IncompleteSignatureException", "Authorization header requires "+
			"Credential, SignedHeaders and Signature, and the request X-Amz-Date.")
	}
	return s, nil
}

// signer returns the caller who signed the request. The signature is verified if
// the secret of the key is known: those of sessions are, those of root's keys not,
// since the local cloud takes any.
func (x *exchange) signer() (*caller, error) {
	s, err := parseSignature(x.req)
	if err != nil {
		return nil, err
	}
	switch skew := x.at.Sub(s.at); {
	case s.region != x.env.Region || s.service != service:
		return nil, refused("Credential should be scoped to the region %s and the service %s, not to %s and %s.",
			x.env.Region, service, s.region, s.service)
	case skew > maxSkew || skew < -maxSkew:
		return nil, refused("Signature expired: %s is not within %s of %s",
			s.at.Format(dateLayout), maxSkew, x.at.UTC().Format(dateLayout))
	}
	token := x.req.Header.Get("X-Amz-Security-Token")
	p, err := x.deps.Callers.Principal(s.key, token)
	if err != nil {
		return nil, err
	}
	if secret, known := x.deps.Callers.Secret(s.key); known && !s.signs(x.req, x.body, secret) {
		return nil, refused("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return &caller{s.key, p}, nil
}

// signs reports whether the signature is that of a request with a secret: the
// request is signed again, and the signatures are compared.
func (s signature) signs(req *http.Request, body []byte, secret string) bool {
	again := &http.Request{Method: req.Method, Host: req.Host, Header: http.Header{}, URL: &url.URL{
		Scheme: "http", Host: req.Host, Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery,
	}}
	signed := map[string]bool{}
	for _, name := range s.headers {
		signed[name] = true
		if values := req.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if !signed["host"] || !signed["x-amz-date"] {
		return false
	}
	if signed["content-length"] {
		again.ContentLength = req.ContentLength
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if given := req.Header.Get("X-Amz-Content-Sha256"); given != "" && given != hash {
		return false
	}
	credentials := aws.Credentials{AccessKeyID: s.key, SecretAccessKey: secret}
	if signed["x-amz-security-token"] {
		credentials.SessionToken = req.Header.Get("X-Amz-Security-Token")
	}
	err := v4.NewSigner().SignHTTP(context.Background(), credentials, again, hash, s.service, s.region, s.at)
	_, value, _ := strings.Cut(again.Header.Get("Authorization"), "Signature=")
	return err == nil && subtle.ConstantTimeCompare([]byte(value), []byte(s.value)) == 1
}
