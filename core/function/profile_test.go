package function_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/core/profile"
)

// TestStartTakesProfiles: a process with a key answers a signed request with a
// profile, and one that another key has signed with an error.
func TestStartTakesProfiles(t *testing.T) {
	key, _, err := profile.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := profile.PublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	forger, _, err := profile.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	request := profile.Request{
		Function: "greeter", Kind: profile.CPU, Times: 3, Expires: time.Now().Add(time.Minute),
		Event: call{path: map[string]string{"name": "Ada"}}.event(t),
	}
	signed, err := profile.Event(request, key)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := profile.Event(request, forger)
	if err != nil {
		t.Fatal(err)
	}
	for path, event := range map[string][]byte{"response": signed, "error": forged} {
		api := &runtimeAPI{answer: make(chan []byte, 1), event: event}
		server := httptest.NewServer(api)
		defer server.Close()
		cmd, log := mainCommand(t.Context(), "greet", strings.TrimPrefix(server.URL, "http://"))
		cmd.Env = append(cmd.Env, profile.KeyVariable+"="+public, "AWS_LAMBDA_FUNCTION_NAME=greeter")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var answer []byte
		select {
		case answer = <-api.answer:
		case <-time.After(30 * time.Second):
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		where, body, _ := strings.Cut(string(answer), " ")
		if !strings.HasSuffix(where, "/"+path) {
			t.Fatalf("want an answer to %s: %s\n%s", path, answer, log)
		}
		if path == "error" {
			if !strings.Contains(body, profile.ErrSignature.Error()) || strings.Contains(log.String(), `"route"`) {
				t.Errorf("a forged request: %s\n%s", body, log)
			}
			continue
		}
		var a profile.Answer
		if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Durations) != 3 || a.Failures != 0 || len(a.Profile) == 0 {
			t.Errorf("%v in %s", err, body)
		}
		if got := strings.Count(log.String(), `"status":200`); got != 3 {
			t.Errorf("the event was handled %d times\n%s", got, log)
		}
	}
}
