package origin

import (
	"net/http/httptest"
	"testing"
)

func TestWhoSentARequest(t *testing.T) {
	for _, tc := range []struct {
		name, header, value string
		browser, otherSite  bool
	}{
		{"nothing", "X-Other", "", false, false},
		{"the CLI", "User-Agent", "aws-cli/2.9.19", false, false},
		{"an SDK", "User-Agent", "aws-sdk-go-v2/1.39.0 os/linux", false, false},
		{"Node's fetch", "Sec-Fetch-Mode", "cors", false, false},
		{"an image of a page", "Sec-Fetch-Site", "cross-site", true, true},
		{"a page of another port", "Sec-Fetch-Site", "same-site", true, true},
		{"a page of an API", "Sec-Fetch-Site", "same-origin", true, true},
		{"an address that was entered", "Sec-Fetch-Site", "none", true, false},
		{"a script", "Sec-Fetch-Dest", "script", true, false},
		{"a form", "Origin", "https://evil.example", true, true},
		{"a sandboxed frame", "Origin", "null", true, true},
		{"an old browser", "User-Agent", "Mozilla/5.0 (X11)", true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req := httptest.NewRequest("GET", "/", nil)
			req.Header.Set(tc.header, tc.value)
			if Browser(req) != tc.browser || OtherSite(req) != tc.otherSite {
				t.Errorf("browser %v, other site %v", Browser(req), OtherSite(req))
			}
		})
	}
}

func TestLocal(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST.": true, "a.localhost:4566": true, "127.1.2.3:80": true, "[::1]:4566": true,
		"": false, "evil.example": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"0.0.0.0": false, "192.168.1.5": false, "2130706433": false,
	} {
		if got := Local(host); got != want {
			t.Errorf("Local(%q) = %v", host, got)
		}
	}
}
