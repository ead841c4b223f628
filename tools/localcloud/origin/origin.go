// Package origin tells requests of programs from requests of web pages, and the
// names of this machine from other names. A browser sends requests to loopback
// addresses for any page that it shows; AWS's own endpoints are safe from that by
// signatures, which the local cloud does not verify.
package origin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Browser reports whether a browser sent the request, for any page. No AWS client
// outside a browser sends one of these headers, and no page can keep its browser
// from sending all of them: Sec-Fetch-Site comes with each request to a loopback
// address, Origin with each POST and each fetch that has an effect, and browsers
// older than the former are known by their name.
// https://www.w3.org/TR/fetch-metadata/
func Browser(req *http.Request) bool {
	h := req.Header
	return h.Get("Sec-Fetch-Site") != "" || h.Get("Sec-Fetch-Dest") != "" || h.Get("Origin") != "" ||
		strings.HasPrefix(req.UserAgent(), "Mozilla/")
}

// OtherSite reports whether a browser sent the request for a page, and not
// because its user entered the address.
func OtherSite(req *http.Request) bool {
	site := req.Header.Get("Sec-Fetch-Site")
	return req.Header.Get("Origin") != "" || (site != "" && site != "none")
}

// Local reports whether a Host header names this machine. A page of another
// site whose name was made to resolve to 127.0.0.1 (DNS rebinding) does not.
func Local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
