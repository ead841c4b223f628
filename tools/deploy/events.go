package deploy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// event is one line of Terraform's machine-readable output.
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui
type event struct {
	Type       string      `json:"type"`
	Message    string      `json:"@message"`
	Hook       hook        `json:"hook"`
	Change     change      `json:"change"`
	Diagnostic *diagnostic `json:"diagnostic"`
}

type hook struct {
	Resource resource `json:"resource"`
	Action   string   `json:"action"`
	Elapsed  int      `json:"elapsed_seconds"`
}

type change struct {
	Resource resource `json:"resource"`
	Action   string   `json:"action"`
}

type resource struct {
	Addr string `json:"addr"`
	Type string `json:"resource_type"`
}

type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Range    *struct {
		Filename string `json:"filename"`
		Start    struct {
			Line   int `json:"line"`
			Column int `json:"column"`
		} `json:"start"`
	} `json:"range"`
}

// decoder splits what terraform writes into events and hands them on.
type decoder struct {
	rest   []byte
	handle func(event)
}

func (d *decoder) Write(p []byte) (int, error) {
	d.rest = append(d.rest, p...)
	for {
		line, rest, found := bytes.Cut(d.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		d.rest = rest
		var e event
		if json.Unmarshal(line, &e) == nil && e.Type != "" { // warnings about the CLI's configuration are plain text
			d.handle(e)
		}
	}
}

// failure is the error of a terraform command: its own diagnostics where it
// gave any, else its words.
func failure(r Root, command string, err error, ds []diagnostic) error {
	var l diag.List
	for _, d := range ds {
		if d.Severity == "error" {
			l = append(l, d.finding(r, command))
		}
	}
	if len(l) > 0 {
		return l.Err()
	}
	return diag.Diagnostic{
		Code: diag.TerraformFailed, Message: "terraform " + command + " of " + r.Name + " failed",
		Details: lines(err.Error()), Next: "fix what Terraform reports and run the command again; nothing is lost",
	}
}

// existingLogGroup matches the provider's error for a log group that somebody
// else has made, most often Lambda itself before the function was adopted.
var existingLogGroup = regexp.MustCompile(`(?s)creating CloudWatch Logs Log Group \(([^)]+)\).*ResourceAlreadyExistsException`)

// unknownType matches Terraform's error for a type that the AWS provider does
// not have.
var unknownType = regexp.MustCompile(`provider hashicorp/aws does not support (?:resource type|data source) "([^"]+)"`)

// lockedID matches the ID of the lock in Terraform's error for a state that is locked.
var lockedID = regexp.MustCompile(`(?s)Lock Info:.*?ID:\s+(\S+)`)

func (d diagnostic) finding(r Root, command string) diag.Diagnostic {
	f := diag.Diagnostic{
		Code: diag.TerraformFailed, Message: "terraform " + command + " of " + r.Name + ": " + d.Summary,
		Details: lines(d.Detail), Next: "fix what Terraform reports and run the command again; nothing is lost",
	}
	if d.Address != "" {
		f.Details = append([]string{"with " + d.Address}, f.Details...)
	}
	if m := existingLogGroup.FindStringSubmatch(d.Summary + "\n" + d.Detail); m != nil && d.Address != "" {
		f.Next = fmt.Sprintf("if the log group is yours, take it over, and run the command again: terraform -chdir=%s import '%s' '%s'", r.Dir, d.Address, m[1])
	}
	if m := lockedID.FindStringSubmatch(d.Detail); m != nil {
		f.Code = diag.StateLocked
		f.Next = fmt.Sprintf("wait until the one who has the lock is done; where that run was killed: terraform -chdir=%s force-unlock %s", r.Dir, m[1])
	}
	if m := unknownType.FindStringSubmatch(d.Detail); m != nil {
		f.Next = fmt.Sprintf("if %s is spelt right, the provider is the trimmed build for machines without the Terraform registry (docs/provider.md), "+
			"which lacks its service: set SEASTACK_PROVIDER=registry where the registry can be reached, or leave the resource out of what runs here", m[1])
	}
	if d.Range != nil {
		f.Details = append(f.Details, fmt.Sprintf("at %s:%d:%d in %s", d.Range.Filename, d.Range.Start.Line, d.Range.Start.Column, r.Dir))
	}
	return f
}

func lines(s string) (out []string) {
	for line := range strings.Lines(strings.TrimSpace(s)) {
		if line = strings.TrimRight(line, "\r\n \t"); line != "" {
			out = append(out, line)
		}
	}
	return out
}
