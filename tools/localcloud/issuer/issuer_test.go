package issuer_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/apigateway/oidc"
	"github.com/seastack/seastack/tools/localcloud/issuer"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// start serves an issuer on the state in a folder.
func start(t *testing.T, env *wire.Env, dir string) {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	env.Store, env.Now = db, time.Now
	i := issuer.New(env)
	server := httptest.NewServer(i)
	if env.Endpoint == "" {
		env.Endpoint = server.URL
	}
	t.Cleanup(func() {
		server.Close()
		_ = db.Close() // a second time, after a restart
	})
}

func ask(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(header) > 0 {
		req.Header.Set(header[0], header[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func token(t *testing.T, url, claims string) string {
	t.Helper()
	status, body := ask(t, http.MethodPost, url+issuer.Token, claims)
	var answer struct{ Token string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	return answer.Token
}

// TestTokensAreVerified signs tokens, which an API's authorizer verifies by the
// discovery document.
func TestTokensAreVerified(t *testing.T) {
	env := &wire.Env{}
	start(t, env, t.TempDir())
	url := env.Endpoint + issuer.Path
	all := oidc.NewIssuers(time.Now)
	claims, err := all.Verify(t.Context(), token(t, url, `{"sub":"ada","aud":"shop","iss":"https://evil.example","n":12345678901234567}`), url, []string{"shop"})
	if err != nil || claims["sub"] != "ada" || claims["iss"] != url || claims["jti"] == "" || claims["n"] != json.Number("12345678901234567") {
		t.Errorf("%v, %v", claims, err)
	}
	for name, text := range map[string]string{
		"another audience": `{"aud":"other"}`, "an expired one": `{"aud":"shop","exp":1}`, "no audience": `{}`,
	} {
		if _, err := all.Verify(t.Context(), token(t, url, text), url, []string{"shop"}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestTheKeyStays: tokens are valid after a restart, and not for another state.
func TestTheKeyStays(t *testing.T) {
	dir, env := t.TempDir(), &wire.Env{}
	start(t, env, dir)
	_, before := ask(t, http.MethodGet, env.Endpoint+issuer.Path+issuer.Keys, "")
	if err := env.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for folder, same := range map[string]bool{dir: true, t.TempDir(): false} {
		again := &wire.Env{}
		start(t, again, folder)
		if _, after := ask(t, http.MethodGet, again.Endpoint+issuer.Path+issuer.Keys, ""); (after == before) != same {
			t.Errorf("the same keys: want %t\n%s%s", same, before, after)
		}
	}
	if strings.Contains(before, `"d"`) || !strings.Contains(before, `"RS256"`) {
		t.Errorf("the key set is %s", before)
	}
}

func TestRefusals(t *testing.T) {
	env := &wire.Env{}
	start(t, env, t.TempDir())
	url := env.Endpoint + issuer.Path
	for _, c := range []struct {
		method, path, body string
		header             []string
		want               int
	}{
		{http.MethodPost, issuer.Token, `{}`, []string{"Origin", "https://evil.example"}, 403},
		{http.MethodPost, issuer.Token, `{}`, []string{"Sec-Fetch-Site", "same-origin"}, 403},
		{http.MethodPost, issuer.Token, `[]`, nil, 400},
		{http.MethodPost, issuer.Token, `null`, nil, 400},
		{http.MethodPost, issuer.Token, `{"a":"` + strings.Repeat("x", 9000) + `"}`, nil, 400},
		{http.MethodGet, issuer.Token, ``, nil, 404},
		{http.MethodGet, "/other", ``, nil, 404},
		{http.MethodGet, issuer.Keys, ``, []string{"Origin", "https://app.example.com"}, 200},
		{http.MethodGet, issuer.Discovery, ``, nil, 200},
	} {
		if status, body := ask(t, c.method, url+c.path, c.body, c.header...); status != c.want {
			t.Errorf("%s %s %v: %d %s, want %d", c.method, c.path, c.header, status, body, c.want)
		}
	}
}
