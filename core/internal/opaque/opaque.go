// Package opaque writes bytes as texts that callers of an API hand back as they are,
// as cursors of lists.
package opaque

import "encoding/base64"

// Encode returns the text of some bytes.
func Encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Decode returns the bytes of a text; false unless it is one of so many bytes.
func Decode(text string, size int) ([]byte, bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(size) {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return raw, err == nil && len(raw) == size
}
