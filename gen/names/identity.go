package names

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// RouteLabel returns the label of a route's resources, from what a request sees
// of it: "POST /interviews/{id}/complete" is post_interviews__param_complete.
// Two routes have the same label exactly when API Gateway cannot tell their
// requests apart; the names of path variables do not matter to it.
//
// Each segment follows a "_"; a variable is "_param", or "_rest" where it takes
// all that is left. Letters, digits and hyphens stand for themselves, any other
// byte is -xHH-, and so is a hyphen that could be read as the start of one.
func RouteLabel(h model.HTTP) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(h.Method))
	if h.Path == "/" {
		return b.String()
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(h.Path, "/"), "/") {
		switch {
		case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "+}"):
			segment = "_rest"
		case strings.HasPrefix(segment, "{"):
			segment = "_param"
		default:
			segment = escaped(segment)
		}
		b.WriteString("_" + segment)
	}
	return b.String()
}

// escaped returns a segment of a path as a label takes it, without "_".
func escaped(segment string) string {
	var b strings.Builder
	for i := range len(segment) {
		c := segment[i]
		switch {
		case c == '-' && !strings.HasPrefix(segment[i+1:], "x"), isAlphanumeric(rune(c)):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "-x%02x-", c)
		}
	}
	return b.String()
}

func isAlphanumeric(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// URLLabel returns the label of the permission for a function's URL. No route has
// it: a route's label begins with a method.
func URLLabel(function string) string { return "url_" + Label(function) }

// maxStatement is the most characters of a route in a statement's ID. An ID has
// 100; the rest is for what stands before, with the API's ID.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
const maxStatement = 70

// RouteStatement returns the end of the ID of the statement that lets a route
// invoke a function. A function that serves one route after another has both
// statements for a moment, so the ID is the route's own.
func RouteStatement(h model.HTTP) string {
	label := RouteLabel(h)
	if len(label) <= maxStatement {
		return label
	}
	return label[:maxStatement-len("-")-digestLength] + "-" + digest(label)
}

// Schedule returns the name of the schedule that starts a function, without the
// prefix. A schedule is known by when it fires, so that it stays when its
// handler is renamed: "rate(1 hour)" is rate--1-hour. Where several functions of
// the stack are started at the same times, each has a schedule of its own name.
// No function's name has two hyphens side by side.
func Schedule(s model.Stack, f model.Function) string {
	same := 0
	for _, other := range s.Functions {
		if other.Trigger.Schedule != nil && *other.Trigger.Schedule == *f.Trigger.Schedule {
			same++
		}
	}
	if same > 1 {
		return f.Name
	}
	return times(*f.Trigger.Schedule)
}

var plainRate = regexp.MustCompile(`^rate\(([0-9]{1,4}) ([a-z]+)\)$`)

// times returns a name for the times at which a schedule fires. It is short, as
// a schedule's name has 64 characters with its prefix.
func times(s model.Schedule) string {
	if m := plainRate.FindStringSubmatch(s.Expression); m != nil && s.Timezone == "" {
		return "rate--" + m[1] + "-" + m[2]
	}
	kind, _, _ := strings.Cut(s.Expression, "(")
	return kind + "--" + digest(s.Expression+" "+s.Timezone)
}

const digestLength = 8

// digest returns a short name for a text that is too long for one.
func digest(text string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:digestLength]
}
