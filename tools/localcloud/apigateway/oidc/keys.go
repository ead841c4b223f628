package oidc

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
)

// keep is how long keys are used before they are fetched again. AWS keeps them
// for up to two hours; the local cloud's issuers restart more often.
const keep = 5 * time.Minute

// Issuers holds the keys of issuers. It is safe for concurrent use.
type Issuers struct {
	now func() time.Time

	mu  sync.Mutex
	all map[string]*issuer
}

// NewIssuers returns an empty Issuers with that clock.
func NewIssuers(now func() time.Time) *Issuers {
	return &Issuers{now: now, all: map[string]*issuer{}}
}

// issuer holds the keys of one issuer. Its lock is held while they are fetched,
// so that simultaneous requests fetch them once.
type issuer struct {
	mu      sync.Mutex
	keys    map[string]key
	fetched time.Time
}

// key is a public key, for one algorithm or, if that is empty, for all.
type key struct {
	public    *rsa.PublicKey
	algorithm string
}

func (all *Issuers) issuer(url string) *issuer {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.all[url] == nil {
		all.all[url] = &issuer{}
	}
	return all.all[url]
}

// key returns an issuer's key. It fetches the keys if they are old, and once
// more if they do not have that one: the issuer may have a new key.
func (all *Issuers) key(ctx context.Context, url, id string) (key, error) {
	i := all.issuer(url)
	i.mu.Lock()
	defer i.mu.Unlock()
	k, ok := i.keys[id]
	if ok && all.now().Sub(i.fetched) < keep {
		return k, nil
	}
	raw, err := fetchKeySet(ctx, url)
	if err != nil {
		return key{}, err
	}
	if i.keys, err = parseKeySet(raw); err != nil {
		return key{}, refuse("JWKS communication error", err)
	}
	i.fetched = all.now()
	if k, ok = i.keys[id]; !ok {
		return key{}, refuse("unable to find a signing key that matches the token's kid", nil)
	}
	return k, nil
}

// parseKeySet returns the RSA keys for signatures of a key set, by their IDs. It
// ignores others, as RFC 7517, section 5, asks for.
func parseKeySet(raw []byte) (map[string]key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, err
	}
	if set.Keys == nil {
		return nil, errors.New("the key set has no keys")
	}
	keys := map[string]key{}
	for _, one := range set.Keys {
		if id, k, ok := parseKey(one); ok {
			keys[id] = k
		}
	}
	return keys, nil
}

func parseKey(raw []byte) (id string, k key, ok bool) {
	parsed, err := jwk.ParseKey(raw)
	if err != nil {
		return "", key{}, false
	}
	if use, ok := parsed.KeyUsage(); ok && use != string(jwk.ForSignature) {
		return "", key{}, false
	}
	k.public = new(rsa.PublicKey)
	if jwk.Export(parsed, k.public) != nil {
		return "", key{}, false
	}
	if algorithm, ok := parsed.Algorithm(); ok {
		k.algorithm = algorithm.String()
	}
	id, ok = parsed.KeyID()
	return id, k, ok
}
