package dashboard

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets a page use nothing but the dashboard's own files. Scripts and styles
// within the page are refused, so that text that was not escaped runs nowhere.
// https://www.w3.org/TR/CSP3/
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// refusal returns why a request is refused, "" if it is not: one by a name that is
// not this machine's (DNS rebinding), one that another site's page makes, and one
// that changes something and is not known to be of the dashboard's own page.
// https://www.w3.org/TR/fetch-metadata/
func refusal(req *http.Request) string {
	site, origin := req.Header.Get("Sec-Fetch-Site"), req.Header.Get("Origin")
	reads := req.Method == http.MethodGet || req.Method == http.MethodHead
	sameOrigin := strings.EqualFold(origin, "http://"+req.Host)
	switch {
	case !ownHost(req.Host):
		return "the dashboard answers to localhost, 127.0.0.1 and [::1], not to " + req.Host
	case origin != "" && !sameOrigin, site == "cross-site", site == "same-site":
		return "the dashboard does not answer pages of other sites"
	case !reads && site != "same-origin" && !sameOrigin:
		return "send the request from the dashboard's own page"
	}
	return ""
}

// ownHost reports whether a Host header is a loopback address or localhost itself.
// Names below localhost are not: functions' URLs and APIs have such names.
func ownHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
