// Package issuer makes the local cloud an issuer of tokens, as Cognito or another
// OpenID Connect provider is on AWS: it has a discovery document, a key set, and
// signs whatever claims a program of this machine asks for. It knows nothing of who
// accepts its tokens.
package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"

	"github.com/seastack/seastack/tools/localcloud/origin"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Path is the path of the issuer, which follows the cloud's endpoint in its URL.
const Path = "/_localcloud/oidc"

// The paths below Path. Discovery is that of OpenID Connect Discovery 1.0, section 4.
const (
	Discovery = "/.well-known/openid-configuration"
	Keys      = "/jwks.json"
	Token     = "/token" // signs the claims of a POST
)

// lifetime is how long a token is valid that names no exp, in seconds.
const lifetime = 3600

// maxClaims limits the claims of a token, in bytes. API Gateway takes headers of
// 10,240 bytes in all.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxClaims = 8 << 10

// keyBits is the length of the key. API Gateway takes RSA only.
const keyBits = 2048

// Issuer signs tokens with a key that is made at its first use and stays in the
// state. It is safe for concurrent use.
type Issuer struct {
	env  *wire.Env
	keys store.Collection[[]byte] // PKCS #1
	mu   sync.Mutex
	key  *rsa.PrivateKey // nil: not read yet
}

// New returns the issuer of a cloud.
func New(env *wire.Env) *Issuer {
	return &Issuer{env: env, keys: store.In[[]byte](env.Store, "localcloud/issuer")}
}

// URL returns the iss of the issuer's tokens.
func (i *Issuer) URL() string { return i.env.Endpoint + Path }

// Owns reports whether a request is for the issuer.
func Owns(req *http.Request) bool { return strings.HasPrefix(req.URL.Path, Path+"/") }

// ServeHTTP serves the paths below Path. The documents are for everybody, web pages
// too; tokens are for programs only.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := strings.TrimPrefix(req.URL.Path, Path)
	switch {
	case path == Discovery && req.Method == http.MethodGet:
		answer(w, http.StatusOK, i.discovery())
	case path == Keys && req.Method == http.MethodGet:
		i.serveKeys(w)
	case path == Token && req.Method == http.MethodPost && !origin.Browser(req):
		i.serveToken(w, req)
	case path == Token && origin.Browser(req):
		answer(w, http.StatusForbidden,
			map[string]string{"error": "tokens are for programs of this machine, not for web pages"})
	default:
		answer(w, http.StatusNotFound,
			map[string]string{"error": "the issuer has " + Discovery + ", " + Keys + " and, for POST, " + Token})
	}
}

// discovery returns the discovery document.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
func (i *Issuer) discovery() map[string]any {
	return map[string]any{
		"issuer": i.URL(), "jwks_uri": i.URL() + Keys, "token_endpoint": i.URL() + Token,
		"response_types_supported": []string{"token"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
}

func (i *Issuer) serveKeys(w http.ResponseWriter) {
	key, err := i.privateKey()
	if err != nil {
		i.fail(w, err)
		return
	}
	public, err := jwk.PublicKeyOf(key)
	if err == nil {
		err = errors.Join(public.Set(jwk.KeyIDKey, keyID(key)), public.Set(jwk.AlgorithmKey, jwa.RS256()),
			public.Set(jwk.KeyUsageKey, jwk.ForSignature))
	}
	if err != nil {
		i.fail(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]any{"keys": []jwk.Key{public}})
}

func (i *Issuer) serveToken(w http.ResponseWriter, req *http.Request) {
	var claims map[string]any
	d := json.NewDecoder(io.LimitReader(req.Body, maxClaims))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil || claims == nil {
		answer(w, http.StatusBadRequest,
			map[string]string{"error": fmt.Sprintf("the claims are no JSON object of %d bytes at most", maxClaims)})
		return
	}
	token, err := i.Sign(claims)
	if err != nil {
		i.fail(w, err)
		return
	}
	answer(w, http.StatusOK, map[string]string{"token": token})
}

// Sign returns a token with the claims. The issuer is its own, and it adds iat, jti,
// and an exp where there is none.
func (i *Issuer) Sign(claims map[string]any) (string, error) {
	key, err := i.privateKey()
	if err != nil {
		return "", err
	}
	now := i.env.Now().Unix()
	claims["iss"], claims["iat"], claims["jti"] = i.URL(), now, uuid.NewString()
	if _, ok := claims["exp"]; !ok {
		claims["exp"] = now + lifetime
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	h := jws.NewHeaders()
	if err := errors.Join(h.Set(jws.KeyIDKey, keyID(key)), h.Set(jws.TypeKey, "JWT")); err != nil {
		return "", err
	}
	token, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), key, jws.WithProtectedHeaders(h)))
	return string(token), err
}

// privateKey returns the key, which it makes where the state has none.
func (i *Issuer) privateKey() (*rsa.PrivateKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key != nil {
		return i.key, nil
	}
	raw, ok, err := i.keys.Get("key")
	if err != nil {
		return nil, err
	}
	if ok {
		i.key, err = x509.ParsePKCS1PrivateKey(raw)
		return i.key, err
	}
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	if err := i.keys.Put("key", x509.MarshalPKCS1PrivateKey(key)); err != nil {
		return nil, err
	}
	i.key = key
	return key, nil
}

// keyID names a key by its digest: another state has another one.
func keyID(key *rsa.PrivateKey) string {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

func (i *Issuer) fail(w http.ResponseWriter, err error) {
	i.env.Log.Error("issuer of tokens", "err", err)
	answer(w, http.StatusInternalServerError, map[string]string{"error": "the issuer failed: " + err.Error()})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: there is no one to report an error to
}
