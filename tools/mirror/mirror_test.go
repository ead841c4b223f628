package mirror

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// registry serves the documents of a registry that has one version.
func registry(t *testing.T, version string) string {
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/terraform.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"modules.v1":"/v1/modules/","providers.v1":"/v1/providers/"}`))
	})
	mux.HandleFunc("/v1/providers/hashicorp/aws/versions", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"versions":[{"version":"5.0.0"},{"version":"` + version + `"}]}`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// answering is a registry that answers every request alike.
func answering(t *testing.T, answer http.HandlerFunc) string {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func TestProbe(t *testing.T) {
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(s)) }
	}
	for name, c := range map[string]struct{ url, want string }{
		"reachable":      {registry(t, ProviderVersion), ""},
		"version absent": {registry(t, "6.12.0"), "does not have registry.terraform.io/hashicorp/aws " + ProviderVersion},
		"forbidden":      {answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }), "403 Forbidden"},
		"login page":     {answering(t, text("<html>")), "invalid character"},
		"no providers":   {answering(t, text(`{"modules.v1":"/v1/modules/"}`)), "does not serve providers"},
		"silent":         {answering(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), "deadline exceeded"},
		"closed":         {"http://127.0.0.1:1", "refused"},
	} {
		err := probe(context.Background(), c.url, 2*time.Second)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// The choice: what is forced, then what the user configured, then what answers.
func TestChoice(t *testing.T) {
	reachable, closed := registry(t, ProviderVersion), "http://127.0.0.1:1"
	own := filepath.Join(t.TempDir(), "terraform.rc")
	if err := os.WriteFile(own, []byte("# mine\nprovider_installation {\n  direct {}\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none")
	for name, c := range map[string]struct {
		env      []string
		registry string
		want     string
	}{
		"answers":                      {nil, reachable, SourceRegistry},
		"does not answer":              {nil, closed, SourceMirror},
		"forced to the mirror":         {[]string{"SEASTACK_PROVIDER=mirror"}, reachable, SourceMirror},
		"forced to the registry":       {[]string{"SEASTACK_PROVIDER=registry"}, closed, SourceRegistry},
		"configured":                   {[]string{"TF_CLI_CONFIG_FILE=" + own}, closed, SourceUser},
		"configured, forced elsewhere": {[]string{"TF_CLI_CONFIG_FILE=" + own, "SEASTACK_PROVIDER=mirror"}, closed, SourceMirror},
		"configured file is absent":    {[]string{"TF_CLI_CONFIG_FILE=" + none}, closed, SourceMirror},
	} {
		o, err := Options{CacheDir: t.TempDir(), Env: append(c.env, "HOME="+t.TempDir()), RegistryURL: c.registry}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.choose(context.Background()); got != c.want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, c.want)
		}
	}
}

// From the registry, providers are kept between roots, and nothing else changes.
func TestEnsureRegistry(t *testing.T) {
	s := newSandbox(t)
	s.env = append(s.env, "SEASTACK_PROVIDER=")
	o := s.options(nil)
	o.RegistryURL = registry(t, ProviderVersion)
	got, err := Ensure(context.Background(), o)
	want := Installation{Source: SourceRegistry, PluginCache: filepath.Join(s.cache, "plugins")}
	if err != nil || got != want {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := os.Stat(got.PluginCache); err != nil {
		t.Error(err)
	}
	o.Env = append(o.Env, "TF_PLUGIN_CACHE_DIR=/elsewhere")
	if got, err := Ensure(context.Background(), o); err != nil || got.PluginCache != "" {
		t.Errorf("the user's own plugin cache: got %v, %v", got, err)
	}
}

func TestCacheDir(t *testing.T) {
	abs, err := filepath.Abs("here")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{CacheDir: "here", Env: []string{"SEASTACK_CACHE_DIR=/there"}}, abs},
		{Options{Env: []string{"SEASTACK_CACHE_DIR=" + abs}}, abs},
	} {
		if o, err := c.o.withDefaults(); err != nil || o.CacheDir != c.want {
			t.Errorf("got %s, %v; want %s", o.CacheDir, err, c.want)
		}
	}
}
