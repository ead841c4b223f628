package review

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/deploy"
)

// Mask takes out of a report what is not for everybody who reads it. What
// Terraform calls sensitive is not in it to begin with.
type Mask struct{ patterns []*regexp.Regexp }

// hidden is what stands in the place of a value.
const hidden = "***"

// always are the values that are hidden in every report: credentials in URLs, keys
// of AWS, tokens of GitHub, JSON web tokens, private keys.
var always = []*regexp.Regexp{
	regexp.MustCompile(`([a-z][a-z0-9+.-]*://[^\s:/@"]*:)[^\s@"]+@`),
	regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`),
	regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b`),
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`),
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`),
}

// secretName is the name of an attribute or a variable whose value is hidden.
var secretName = regexp.MustCompile(`(?i)(password|passwd|secret|token|credential|private_?key|api_?key|connection_?string|dsn)`)

// notSecret are names that secretName takes for more than they are: those of where
// a secret is.
var notSecret = regexp.MustCompile(`(?i)(secret|token)[a-z_]*(arn|name|id|days|validity|units)$`)

// NewMask returns a mask that hides what matches one of the patterns as well.
func NewMask(patterns []string) (Mask, error) {
	m := Mask{patterns: always}
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return m, fmt.Errorf("the pattern %q: %w", p, err)
		}
		m.patterns = append(m.patterns[:len(m.patterns):len(m.patterns)], re)
	}
	return m, nil
}

// Text hides what matches a pattern.
func (m Mask) Text(s string) string {
	for i, re := range m.patterns {
		replacement := hidden
		if i == 0 && len(always) > 0 && re == always[0] {
			replacement = "${1}" + hidden + "@"
		}
		s = re.ReplaceAllString(s, replacement)
	}
	return s
}

func (m Mask) root(r Root) Root {
	r.Why = m.Text(r.Why)
	for i := range r.Functions {
		r.Functions[i].Why = m.Text(r.Functions[i].Why)
	}
	r.Summary.Resources = m.resources(r.Summary.Resources)
	r.Summary.Drift = m.resources(r.Summary.Drift)
	policies := make([]deploy.PolicyChange, len(r.Summary.Policies))
	for i, p := range r.Summary.Policies {
		p.Added, p.Removed = m.statements(p.Added), m.statements(p.Removed)
		policies[i] = p
	}
	r.Summary.Policies = policies
	errs := make(diag.List, len(r.Errors))
	for i, d := range r.Errors {
		d.Message, d.Next = m.Text(d.Message), m.Text(d.Next)
		details := make([]string, len(d.Details))
		for j, line := range d.Details {
			details[j] = m.Text(line)
		}
		d.Details = details
		errs[i] = d
	}
	r.Errors = errs
	return r
}

func (m Mask) statements(list []deploy.Statement) []deploy.Statement {
	masked := make([]deploy.Statement, len(list))
	for i, s := range list {
		s.Condition = m.Text(s.Condition)
		masked[i] = s
	}
	return masked
}

func (m Mask) resources(list []deploy.ResourceChange) []deploy.ResourceChange {
	masked := make([]deploy.ResourceChange, len(list))
	for i, c := range list {
		attributes := make([]deploy.AttributeChange, len(c.Attributes))
		for j, a := range c.Attributes {
			attributes[j] = m.attribute(a)
		}
		c.Attributes = attributes
		masked[i] = c
	}
	return masked
}

func (m Mask) attribute(a deploy.AttributeChange) deploy.AttributeChange {
	name := a.Attribute[strings.LastIndexByte(a.Attribute, '.')+1:]
	isVariable := strings.Contains(a.Attribute, "environment") && strings.Contains(a.Attribute, "variables")
	if isVariable || secretName.MatchString(name) && !notSecret.MatchString(name) {
		a.Before, a.After, a.Sensitive = nil, nil, true
		return a
	}
	for _, v := range []*any{&a.Before, &a.After} {
		if s, ok := (*v).(string); ok {
			*v = m.Text(s)
		}
	}
	return a
}
