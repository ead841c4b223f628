package mirror

import (
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// failures are what the output of a failed go command tells about the cause. The
// first that matches wins: a full disk makes everything else fail too.
var failures = []struct {
	code, what, next string
	pattern          *regexp.Regexp
}{
	{
		diag.ProviderNoSpace, "the disk is full",
		"free some space (`go clean -cache` removes what Go compiled) and run the command again: it goes on where it stopped",
		regexp.MustCompile(`(?i)no space left on device|disk quota exceeded|not enough space on the disk`),
	},
	{
		diag.ProviderBadModule, "a downloaded module is not what it should be",
		"run `go clean -modcache` if the module cache may be damaged; otherwise find out what the module proxy (GOPROXY) serves, and do not build until it is explained",
		regexp.MustCompile(`checksum mismatch|SECURITY ERROR|missing go\.sum entry`),
	},
	{
		diag.ProviderUnreachable, "the Go module proxy cannot be reached or does not serve a module",
		"check the network, GOPROXY and HTTPS_PROXY (`go env GOPROXY`), then run the command again: it goes on where it stopped",
		regexp.MustCompile(`dial (tcp|udp)|lookup .* on |no such host|connection (refused|reset)|proxyconnect|(?i)i/o timeout|TLS handshake|x509:|unexpected EOF|reading https?://|module lookup disabled`),
	},
	{
		diag.ProviderKilled, "the compiler was killed, most likely for want of memory",
		"close other programs or run it where 5 GiB of memory are free, then run the command again: it goes on where it stopped",
		regexp.MustCompile(`signal: killed|cannot allocate memory|out of memory`),
	},
}

// classify turns the end of a failed command's output into an error.
func classify(doing, output, log string, err error) *Error {
	code, what, next := diag.ProviderNotBuilt, "failed", "correct the cause and run the command again: it goes on where it stopped"
	for _, f := range failures {
		if f.pattern.MatchString(output) {
			code, what, next = f.code, f.what, f.next
			break
		}
	}
	return newError(code, doing+": "+what, next).because(lastLines(output, 6), err).logged(log)
}

// lastLines returns at most n lines from the end that are not empty.
func lastLines(s string, n int) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

var userinfo = regexp.MustCompile(`(://)[^/@\s"]+@`)

// redact hides user names and passwords in addresses.
func redact(s string) string { return userinfo.ReplaceAllString(s, "${1}***@") }
