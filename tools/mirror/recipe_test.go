package mirror

import (
	"slices"
	"strings"
	"testing"
)

func TestKeyNamesRecipe(t *testing.T) {
	base := newRecipe("go1.26.0")
	if base.key() != newRecipe("go1.26.0").key() {
		t.Error("the same recipe has two keys")
	}
	if !strings.HasPrefix(base.key(), ProviderVersion+"-") {
		t.Errorf("key %s does not tell the version", base.key())
	}
	keys := []string{base.key()}
	for _, change := range []func(*recipe){
		func(r *recipe) { r.goVersion = "go1.26.1" },
		func(r *recipe) { r.services = r.services[1:] },
		func(r *recipe) { r.goMod = append(slices.Clone(r.goMod), '\n') },
		func(r *recipe) { r.goSum = r.goSum[1:] },
	} {
		r := base
		change(&r)
		keys = append(keys, r.key())
	}
	if n := len(sorted(keys)); n != len(keys) {
		t.Errorf("%d recipes have %d keys", len(keys), n)
	}
}

func TestServicesAreSorted(t *testing.T) {
	if !slices.Equal(services, sorted(services)) {
		t.Error("services.go: keep the list sorted and without repeats")
	}
}

func TestBuildModule(t *testing.T) {
	template := `module example.com/build

go 1.24.6

require github.com/hashicorp/terraform-provider-aws v0.0.0

replace github.com/hashicorp/terraform-provider-aws => example.com/published v1.0.0
`
	upstream := `module github.com/hashicorp/terraform-provider-aws

go 1.24.6

require (
	example.com/b v1.0.0
	example.com/a v1.0.0 // indirect
)
`
	got, err := buildModule([]byte(template), []byte(upstream), "../source")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "build-module.txt", string(got))
}
