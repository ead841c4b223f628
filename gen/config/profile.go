package config

import (
	"maps"

	"github.com/seastack/seastack/core/profile"
	"github.com/seastack/seastack/gen/diag"
)

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
	all[profile.KeyVariable] = Variable{Value: *e.ProfileKey, Line: at.Line, Column: at.Column}
	return all
}

func checkProfileKey(e environment) diag.List {
	if e.ProfileKey == nil {
		return nil
	}
	if _, err := profile.ParsePublicKey(*e.ProfileKey); err != nil {
		return diag.List{finding(diag.BadSetting, e.ProfileKeyRange, "profile_key is no public key of Ed25519",
			"write what this prints: openssl pkey -in FILE -pubout -outform DER | base64; FILE is of: openssl genpkey -algorithm ed25519 -out FILE")}
	}
	return nil
}
