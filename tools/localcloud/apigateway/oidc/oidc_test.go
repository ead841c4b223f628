package oidc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// provider is an issuer whose keys a test changes.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []any
	fetches int
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+discoveryPath, func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": p.URL, "jwks_uri": p.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fetches++
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": p.keys})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// publish replaces the issuer's keys by one.
func (p *provider) publish(t *testing.T, raw any, id string, more map[string]any) {
	t.Helper()
	k, err := jwk.PublicKeyOf(raw)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	members["kid"] = id
	maps.Copy(members, more)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []any{map[string]string{"kty": "unknown"}, members}
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t *testing.T, algorithm jwa.SignatureAlgorithm, raw any, id string, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	h := jws.NewHeaders()
	if id != "" {
		if err := h.Set(jws.KeyIDKey, id); err != nil {
			t.Fatal(err)
		}
	}
	token, err := jws.Sign(payload, jws.WithKey(algorithm, raw, jws.WithProtectedHeaders(h)))
	if err != nil {
		t.Fatal(err)
	}
	return string(token)
}

var (
	audience = []string{"web", "app"}
	at       = time.Unix(1_800_000_000, 0)
)

// claims returns valid claims with changes; a nil value removes a claim.
func (p *provider) claims(changes map[string]any) map[string]any {
	c := map[string]any{"iss": p.URL, "aud": "web", "exp": at.Unix() + 60, "iat": at.Unix(), "nbf": at.Unix()}
	for name, v := range changes {
		if v == nil {
			delete(c, name)
		} else {
			c[name] = v
		}
	}
	return c
}

// wantRefusal checks that a token is refused with a description.
func wantRefusal(t *testing.T, all *Issuers, token, issuer, description string) {
	t.Helper()
	_, err := all.Verify(t.Context(), token, issuer, audience)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Description != description {
		t.Errorf("error %v, want %q", err, description)
	}
}

func TestClaimsOfTokens(t *testing.T) {
	p, k := newProvider(t), newKey(t)
	p.publish(t, k, "one", nil)
	all := NewIssuers(func() time.Time { return at })
	type changes map[string]any
	for _, test := range []struct {
		changes changes
		want    string
	}{
		{nil, ""},
		{changes{"aud": []string{"other", "app"}}, ""},
		{changes{"aud": nil, "client_id": "app"}, ""},
		{changes{"nbf": nil, "iat": nil}, ""},
		{changes{"aud": "other", "client_id": "app"}, "the token does not have a valid audience"},
		{changes{"aud": nil}, "the token does not have a valid audience"},
		{changes{"iss": "http://other"}, "the token does not have a valid issuer"},
		{changes{"exp": at.Unix()}, "the token has expired"},
		{changes{"exp": nil}, "the token does not have a valid exp"},
		{changes{"exp": "never"}, "the token does not have a valid exp"},
		{changes{"exp": 1e300}, "the token does not have a valid exp"},
		{changes{"nbf": at.Unix() + 1}, "the token is not valid yet by its nbf"},
		{changes{"iat": float64(at.Unix()) + 0.5}, "the token is not valid yet by its iat"},
	} {
		token := sign(t, jwa.RS256(), k, "one", p.claims(test.changes))
		if test.want != "" {
			wantRefusal(t, all, token, p.URL, test.want)
		} else if _, err := all.Verify(t.Context(), token, p.URL, audience); err != nil {
			t.Errorf("%v: %v", test.changes, err)
		}
	}
	if p.fetches != 1 {
		t.Errorf("the keys were fetched %d times", p.fetches)
	}
}

func TestSignatures(t *testing.T) {
	p, k, other := newProvider(t), newKey(t), newKey(t)
	p.publish(t, k, "one", nil)
	all := NewIssuers(func() time.Time { return at })
	for _, algorithm := range []jwa.SignatureAlgorithm{jwa.RS256(), jwa.RS384(), jwa.RS512()} {
		if _, err := all.Verify(t.Context(), sign(t, algorithm, k, "one", p.claims(nil)), p.URL, audience); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	good := sign(t, jwa.RS256(), k, "one", p.claims(nil))
	parts := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	unsigned := encode([]byte(`{"alg":"none","kid":"one"}`)) + "." + parts[1] + "."
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{
		sign(t, jwa.RS256(), other, "one", p.claims(nil)):                                 "the token does not have a valid signature",
		parts[0] + "." + encode([]byte(`{"sub":"me"}`)) + "." + parts[2]:                  "the token does not have a valid signature",
		parts[0] + "." + parts[1] + ".":                                                   "the token does not have a valid signature",
		unsigned:                                                                          "signing method none is invalid",
		sign(t, jwa.ES256(), elliptical, "one", p.claims(nil)):                            "signing method ES256 is invalid",
		sign(t, jwa.HS256(), []byte(strings.Repeat("a", 32)), "one", p.claims(nil)):       "signing method HS256 is invalid",
		sign(t, jwa.PS256(), k, "one", p.claims(nil)):                                     "signing method PS256 is invalid",
		encode([]byte(`{"alg":"\"x\r\n","kid":"one"}`)) + "." + parts[1] + "." + parts[2]: "signing method x is invalid",
		sign(t, jwa.RS256(), k, "two", p.claims(nil)):                                     "unable to find a signing key that matches the token's kid",
		sign(t, jwa.RS256(), k, "", p.claims(nil)):                                        "the token does not have a kid",
		"a.b":   "token contains an invalid number of segments",
		"a.b.c": "unable to decode the header of the token",
	} {
		wantRefusal(t, all, token, p.URL, want)
	}
	p.publish(t, k, "two", map[string]any{"alg": "RS512"})
	wantRefusal(t, all, sign(t, jwa.RS256(), k, "two", p.claims(nil)), p.URL, "signing method RS256 is invalid")
	p.publish(t, k, "three", map[string]any{"use": "enc"})
	wantRefusal(t, all, sign(t, jwa.RS256(), k, "three", p.claims(nil)), p.URL, "unable to find a signing key that matches the token's kid")
}

func TestKeysAreRefetched(t *testing.T) {
	p, old, next := newProvider(t), newKey(t), newKey(t)
	now := at
	all := NewIssuers(func() time.Time { return now })
	verify := func(k *rsa.PrivateKey, id string) {
		t.Helper()
		token := sign(t, jwa.RS256(), k, id, p.claims(map[string]any{"exp": at.Add(time.Hour).Unix()}))
		if _, err := all.Verify(t.Context(), token, p.URL, audience); err != nil {
			t.Error(err)
		}
	}
	p.publish(t, old, "one", nil)
	verify(old, "one")
	p.publish(t, next, "two", nil)
	verify(next, "two")
	verify(next, "two")
	if p.fetches != 2 {
		t.Errorf("the keys were fetched %d times, want 2", p.fetches)
	}
	now = at.Add(keep)
	verify(next, "two")
	if p.fetches != 3 {
		t.Errorf("the keys were fetched %d times, want 3", p.fetches)
	}
}

// TestIssuersThatFail: a token is refused if its issuer's keys cannot be fetched.
func TestIssuersThatFail(t *testing.T) {
	answer := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case answer == "redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case answer == "large":
			_, _ = w.Write(make([]byte, maxAnswer+1))
		case r.URL.Path == discoveryPath:
			_, _ = w.Write([]byte(answer))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	token := sign(t, jwa.RS256(), newKey(t), "one", nil)
	const discovery, keySet = "OIDC discovery endpoint communication error", "JWKS communication error"
	for text, want := range map[string]string{
		"redirect": discovery,
		"large":    discovery,
		"not JSON": discovery,
		"{}":       keySet,
		`{"jwks_uri":"` + server.URL + `/missing"}`: keySet,
		`{"jwks_uri":"http://example.com/keys"}`:    keySet,
	} {
		answer = text
		wantRefusal(t, NewIssuers(time.Now), token, server.URL, want)
	}
}

func TestCheckURL(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://issuer.example": true, "http://127.0.0.1:80/x": true, "http://[::1]:80": true, "http://localhost:80": true,
		"http://issuer.example": false, "ftp://127.0.0.1": false, "": false, "https://": false, "https://a@b": false, "http://127.0.0.1.example": false,
	} {
		if err := CheckURL(url); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestStringsAndScopes(t *testing.T) {
	c, err := parseClaims([]byte(`{"n":1787992402,"b":true,"a":["x","y",1],"o":{"k":[1]},"z":null,"s":"t","scope":"r w"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"n": "1787992402", "b": "true", "a": "[x y 1]", "o": `{"k":[1]}`, "s": "t", "scope": "r w"}
	if got := c.Strings(); !reflect.DeepEqual(got, want) {
		t.Errorf("claims %v, want %v", got, want)
	}
	if got := c.Scopes(); !reflect.DeepEqual(got, []string{"r", "w"}) {
		t.Errorf("scopes %v", got)
	}
	if got := (Claims{"scp": []any{"r", "w"}}).Scopes(); !reflect.DeepEqual(got, []string{"r", "w"}) {
		t.Errorf("scopes of scp %v", got)
	}
}
