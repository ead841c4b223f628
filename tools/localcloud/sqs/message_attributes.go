package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxMessageAttributes is the most attributes that a message may have.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxMessageAttributes = 10

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// AttributeValue is a message attribute: a DataType of String, Number or Binary
// (".custom" may follow) and the value of that type.
type AttributeValue struct {
	DataType    string
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
}

func (a AttributeValue) binary() bool { return strings.HasPrefix(a.DataType, "Binary") }

func (a AttributeValue) bytes() []byte {
	if a.binary() {
		return a.BinaryValue
	}
	if a.StringValue == nil {
		return nil
	}
	return []byte(*a.StringValue)
}

func checkMessageAttributes(all map[string]AttributeValue) error {
	if n := len(all); n > maxMessageAttributes {
		return errParameter("Number of message attributes [%d] exceeds the allowed maximum [%d].", n, maxMessageAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := checkMessageAttribute(name, all[name]); err != nil {
			return err
		}
	}
	return nil
}

// checkSystemAttributes checks the message system attributes of a sender:
// AWSTraceHeader is the only one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func checkSystemAttributes(all map[string]AttributeValue) error {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != "AWSTraceHeader" {
			return errParameter("Message system attribute name '%s' is invalid.", name)
		}
		if all[name].DataType != "String" {
			return errParameter("The message system attribute '%s' must be of the type String.", name)
		}
	}
	return nil
}

func checkMessageAttribute(name string, a AttributeValue) error {
	lower := strings.ToLower(name)
	if !attributeName.MatchString(name) || len(name) > 256 ||
		strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") {
		return errParameter("Message (user) attribute name '%s' is invalid: it can contain letters, digits, "+
			"underscores, hyphens and single periods, at most 256, and must not start with AWS. or Amazon.", name)
	}
	kind, _, _ := strings.Cut(a.DataType, ".")
	switch {
	case a.DataType == "":
		return errParameter("The message attribute '%s' must contain a non-empty message attribute type.", name)
	case !slices.Contains([]string{"Binary", "Number", "String"}, kind):
		return errParameter("The message attribute '%s' has an invalid message attribute type, "+
			"the set of supported type prefixes is Binary, Number, and String.", name)
	case len(a.bytes()) == 0:
		return errParameter("The message attribute '%s' must contain a non-empty value of type '%s'.", name, kind)
	}
	return nil
}

func md5Hex(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// md5Attributes is the digest that clients compare; empty if there is none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func md5Attributes(all map[string]AttributeValue) string {
	if len(all) == 0 {
		return ""
	}
	var b []byte
	field := func(v []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
		b = append(b, v...)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a := all[name]
		field([]byte(name))
		field([]byte(a.DataType))
		if a.binary() {
			b = append(b, 2)
		} else {
			b = append(b, 1)
		}
		field(a.bytes())
	}
	return md5Hex(b)
}

// selectAttributes returns the attributes that a consumer requests by name, by
// "prefix.*", or by "All" or ".*".
func selectAttributes(all map[string]AttributeValue, names []string) map[string]AttributeValue {
	var some map[string]AttributeValue
	for name, a := range all {
		if !slices.ContainsFunc(names, func(pattern string) bool { return selects(pattern, name) }) {
			continue
		}
		if some == nil {
			some = map[string]AttributeValue{}
		}
		some[name] = a
	}
	return some
}

func selects(pattern, name string) bool {
	if pattern == "All" || pattern == name {
		return true
	}
	prefix, ok := strings.CutSuffix(pattern, ".*")
	return ok && (prefix == "" || strings.HasPrefix(name, prefix+"."))
}
