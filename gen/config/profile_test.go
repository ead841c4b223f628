package config

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"testing"
)

// TestProfileKey: the key is a variable of all of an environment's functions, and of no
// other environment's.
func TestProfileKey(t *testing.T) {
	key, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public := base64.StdEncoding.EncodeToString(der)
	const aws = `
  account = "123456789012"
  backend "s3" { bucket = "states" }
`
	c, err := Parse([]byte(`
environment "staging" {`+aws+`
  profile_key = "`+public+`"
  env { SEARCH = "on" }
}
environment "production" {`+aws+`
}
`), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"staging": public, "production": ""} {
		e, err := c.Environment(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Variables("web", "get")[ProfileKeyVariable].Value; got != want {
			t.Errorf("%s: the key is %q; want %q", name, got, want)
		}
	}
}
