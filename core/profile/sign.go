package profile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"time"
)

// KeyVariable names the variable of a function's environment with the public key of who
// may take profiles of it, as ParsePublicKey reads it.
const KeyVariable = "SEASTACK_PROFILE_KEY"

// signed is the event of a request.
type signed struct {
	Request   []byte `json:"seastackProfile"` // in JSON
	Signature []byte `json:"signature"`
}

// prefix is how the event of a request begins, and no event of AWS does.
var prefix = []byte(`{"seastackProfile":`)

// purpose stands before what is signed, so that the signature is of nothing else.
var purpose = []byte("seastack profile 1\n")

func message(request []byte) []byte { return append(bytes.Clone(purpose), request...) }

// Event returns the event of a request, signed with a private key.
func Event(r Request, key ed25519.PrivateKey) ([]byte, error) {
	request, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(signed{request, ed25519.Sign(key, message(request))})
}

// Errors of Open.
var (
	ErrSignature = errors.New("profile: the request is not signed with the function's key")
	ErrExpired   = errors.New("profile: the request has expired")
	ErrOther     = errors.New("profile: the request is for another function")
	ErrBounds    = errors.New("profile: the request asks for too much, or for nothing")
)

// Open returns the request of an event to a function, and whether it is one: other
// events are the handler's. The error says why a request is refused.
func Open(event []byte, key ed25519.PublicKey, function string, now time.Time) (r Request, is bool, err error) {
	if !bytes.HasPrefix(event, prefix) {
		return r, false, nil
	}
	var s signed
	if err := json.Unmarshal(event, &s); err != nil || !ed25519.Verify(key, message(s.Request), s.Signature) {
		return r, true, ErrSignature
	}
	if err := json.Unmarshal(s.Request, &r); err != nil {
		return r, true, err
	}
	switch {
	case r.Function != function:
		return r, true, ErrOther
	case !now.Before(r.Expires):
		return r, true, ErrExpired
	case r.Times < 1 || r.Times > MaxTimes || r.For < 0 || r.For > MaxFor:
		return r, true, ErrBounds
	}
	return r, true, nil
}

var errPublicKey = errors.New("profile: this is no public key of Ed25519 as DER in base64")

// ParsePublicKey reads a public key: what `openssl pkey -pubout -outform DER | base64`
// prints.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errPublicKey
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	key, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return nil, errPublicKey
	}
	return key, nil
}

// PublicKey returns the public key of a private one, as ParsePublicKey reads it.
func PublicKey(key ed25519.PrivateKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	return base64.StdEncoding.EncodeToString(der), err
}

// ParsePrivateKey reads a private key: what `openssl genpkey -algorithm ed25519`
// writes.
func ParsePrivateKey(text []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("profile: this is no key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, errors.New("profile: this is no private key of Ed25519")
	}
	return key, nil
}

// NewPrivateKey returns a new key, and the PEM that ParsePrivateKey reads.
func NewPrivateKey() (ed25519.PrivateKey, []byte, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}
