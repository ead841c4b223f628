package oidc

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// algorithms are those of the signatures that AWS verifies: "Currently, only
// RSA-based algorithms are supported."
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
var algorithms = map[string]jwa.SignatureAlgorithm{
	"RS256": jwa.RS256(), "RS384": jwa.RS384(), "RS512": jwa.RS512(),
}

// Refusal says why a token is not valid.
type Refusal struct {
	Description string // for the client
	Cause       error  // for the log; may be nil
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Cause == nil {
		return r.Description
	}
	return r.Description + ": " + r.Cause.Error()
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

func refuse(description string, cause error) error { return &Refusal{description, cause} }

// Verify checks a token's signature with the keys of its issuer, and the claims
// iss, aud or client_id, exp, nbf and iat. The error of a token that is not
// valid is a *Refusal.
func (all *Issuers) Verify(ctx context.Context, token, issuer string, audience []string) (Claims, error) {
	h, err := parseHeader(token)
	if err != nil {
		return nil, err
	}
	algorithm, ok := algorithms[h.Algorithm]
	if !ok {
		return nil, refuse("signing method "+printable(h.Algorithm)+" is invalid", nil)
	}
	k, err := all.key(ctx, issuer, h.KeyID)
	if err != nil {
		return nil, err
	}
	if k.algorithm != "" && k.algorithm != h.Algorithm {
		return nil, refuse("signing method "+h.Algorithm+" is invalid", nil)
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(algorithm, k.public), jws.WithCompact())
	if err != nil {
		return nil, refuse("the token does not have a valid signature", err)
	}
	claims, err := parseClaims(payload)
	if err != nil {
		return nil, err
	}
	return claims, claims.check(issuer, audience, all.now())
}

type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

func parseHeader(token string) (h header, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return h, refuse("token contains an invalid number of segments", nil)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err == nil {
		err = json.Unmarshal(raw, &h)
	}
	switch {
	case err != nil:
		return h, refuse("unable to decode the header of the token", err)
	case h.KeyID == "":
		return h, refuse("the token does not have a kid", nil)
	}
	return h, nil
}

func parseClaims(payload []byte) (Claims, error) {
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var c Claims
	if err := d.Decode(&c); err != nil || c == nil {
		return nil, refuse("unable to decode the claims of the token", err)
	}
	return c, nil
}

// printable returns a client's word without what a header could not hold.
func printable(word string) string {
	return strings.Join(strings.FieldsFunc(word, func(r rune) bool {
		return r < ' ' || r > '~' || slices.Contains([]rune{'"', '\\'}, r)
	}), "")
}

// Description returns what a client may know of an error of Verify.
func Description(err error) string {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Description
	}
	return "the token is not valid"
}
