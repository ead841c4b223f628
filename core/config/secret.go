package config

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a Secret is printed as.
const redacted = "[secret]"

// Secret is the type of a field whose text is never printed: fmt, log/slog and
// encoding/json write "[secret]" in its place. Its variable is a secret or a
// parameter in each environment on AWS.
type Secret struct {
	text *string // a pointer, as fmt prints unexported fields without their methods
}

// NewSecret returns a Secret of a text, for tests.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// UnmarshalText sets the text. It returns no error.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

// MarshalText returns "[secret]" and no error.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[secret]".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format writes "[secret]", whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String returns "[secret]".
func (Secret) String() string { return redacted }
