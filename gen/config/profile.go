package config

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"maps"

	"github.com/seastack/seastack/gen/diag"
)

// ProfileKeyVariable is the variable of functions with the public key of who may take
// profiles of them.
const ProfileKeyVariable = "SEASTACK_PROFILE_KEY"

// profileVariables returns the environment's variables with the public key of who may
// take profiles of its functions.
func (e environment) profileVariables(others map[string]Variable) map[string]Variable {
	if e.ProfileKey == nil {
		return others
	}
	all := maps.Clone(others)
	if all == nil {
		all = map[string]Variable{}
	}
	at := e.ProfileKeyRange.Start
	all[ProfileKeyVariable] = Variable{Value: *e.ProfileKey, Line: at.Line, Column: at.Column}
	return all
}

func checkProfileKey(e environment) diag.List {
	if e.ProfileKey == nil {
		return nil
	}
	der, _ := base64.StdEncoding.DecodeString(*e.ProfileKey) // what is no base64 is no key either
	parsed, _ := x509.ParsePKIXPublicKey(der)
	if _, ok := parsed.(ed25519.PublicKey); !ok {
		return diag.List{finding(diag.BadSetting, e.ProfileKeyRange, "profile_key is no public key of Ed25519",
			"write what this prints: openssl pkey -in FILE -pubout -outform DER | base64; FILE is of: openssl genpkey -algorithm ed25519 -out FILE")}
	}
	return nil
}
