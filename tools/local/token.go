package local

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/issuer"
)

// tokenTimeout is how long the local cloud may take to sign a token: it makes its key
// for the first.
const tokenTimeout = 30 * time.Second

// Issuer returns the URL of the local cloud as an issuer of tokens.
func (e *Environment) Issuer() string { return e.Endpoint() + names.LocalIssuer }

// Token returns a token with the claims that the local cloud has signed. The error is
// a diag.Diagnostic, SEA5011, when the local cloud does not run, and SEA5019 when what
// runs in its place signs none.
func (e *Environment) Token(ctx context.Context, claims map[string]any) (string, error) {
	if err := e.RequireUp(); err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Issuer()+issuer.Token, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", noToken(e.Endpoint(), err)
	}
	defer resp.Body.Close()
	var answer struct{ Token, Error string }
	err = json.NewDecoder(resp.Body).Decode(&answer)
	if err != nil || answer.Token == "" {
		return "", noToken(e.Endpoint(), fmt.Errorf("%s %s", resp.Status, answer.Error))
	}
	return answer.Token, nil
}

func noToken(endpoint string, err error) error {
	return diag.Diagnostic{Code: diag.NoToken, Message: "no token was signed at " + endpoint + ": " + err.Error(),
		Next: "unset AWS_ENDPOINT_URL to use the local cloud and run: seastack up; " +
			"or name the issuer of another AWS in a block jwt of the environment local"}
}
