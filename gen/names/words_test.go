package names

import "testing"

func TestKebab(t *testing.T) {
	for name, want := range map[string]string{
		"Create": "create", "GetInterview": "get-interview", "HTTPServer": "http-server",
		"GetURL": "get-url", "OAuth2Token": "o-auth2-token", "On_Placed": "on-placed", "X": "x",
	} {
		if got := Kebab(name); got != want {
			t.Errorf("Kebab(%s) = %s, want %s", name, got, want)
		}
	}
}
