package s3

import (
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Destinations are the functions, the queues and the event bus to which buckets
// send events.
type Destinations interface {
	// Check returns nil if the destination exists, and its resource policy lets
	// S3 send it events of source, which is the ARN of a bucket.
	Check(destinationARN, source string) error
	// Send sends an event, in JSON, of source to a destination. It does not wait
	// for a function to run.
	Send(ctx context.Context, destinationARN, source string, event []byte) error
	// Publish puts an event on the account's default event bus.
	Publish(e BusEvent) error
}

// Limits of notification configurations: their number, and the bytes of an ID and
// of a filter's value.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
const (
	maxNotifications = 100
	maxID            = 255
	maxFilterValue   = 1024
)

const skipValidationHeader = "X-Amz-Skip-Destination-Validation"

// notifications is a bucket's notification configuration. Those of topics are
// refused.
type notifications struct {
	XMLName   xml.Name       `xml:"NotificationConfiguration"`
	Queues    []notification `xml:"QueueConfiguration"`
	Functions []notification `xml:"CloudFunctionConfiguration"`
	Topics    []struct{}     `xml:"TopicConfiguration,omitempty"`
	Bus       *struct{}      `xml:"EventBridgeConfiguration,omitempty"`
	Unknown   []unknown      `xml:",any"`
}

// notification sends the events of some types, of objects whose keys pass its
// filter, to a destination.
type notification struct {
	ID       string       `xml:"Id"`
	Queue    string       `xml:"Queue,omitempty"`
	Function string       `xml:"CloudFunction,omitempty"`
	Events   []string     `xml:"Event"`
	Rules    []filterRule `xml:"Filter>S3Key>FilterRule,omitempty"`
	Unknown  []unknown    `xml:",any"`
}

type filterRule struct {
	Name  string `xml:"Name"`
	Value string `xml:"Value"`
}

// unknown is an element that a configuration must not have.
type unknown struct{ XMLName xml.Name }

func (n *notifications) all() []notification { return slices.Concat(n.Queues, n.Functions) }

func (n notification) destination() string { return n.Queue + n.Function }

// rule returns the value of the filter's rule of that name, "" if it has none.
func (n notification) rule(name string) string {
	for _, r := range n.Rules {
		if strings.EqualFold(r.Name, name) {
			return r.Value
		}
	}
	return ""
}

// matches reports whether the notification is of an event. As on AWS, the values
// of filters are compared with keys as events show them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func (n notification) matches(event, key string) bool {
	shown := eventKey(key)
	return slices.ContainsFunc(n.Events, func(t string) bool { return eventsOverlap(t, event) }) &&
		strings.HasPrefix(shown, n.rule("prefix")) && strings.HasSuffix(shown, n.rule("suffix"))
}

// eventKey returns a key as events show it: URL-encoded, with its slashes.
func eventKey(key string) string { return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") }

// readNotifications reads a configuration that was checked when it was put.
func readNotifications(body string) (n notifications, err error) {
	return n, xml.Unmarshal([]byte(body), &n)
}

// putNotifications replaces a bucket's notification configuration, after it has
// validated the destinations. Queues get a test event, as on S3.
func (s *Service) putNotifications(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	bucketName := c.Path["Bucket"]
	body, err := readDocument(req)
	if err != nil {
		return err
	}
	if err := checkXML(body, "NotificationConfiguration"); err != nil {
		return err
	}
	var n notifications
	if err := xml.Unmarshal(body, &n); err != nil {
		return malformedXML()
	}
	if err := s.checkNotifications(&n); err != nil {
		return err
	}
	if _, ok, err := s.buckets.Get(bucketName); err != nil || !ok {
		return cmp.Or(err, noSuchBucket())
	}
	if req.Header.Get(skipValidationHeader) != "true" {
		if err := s.validateDestinations(bucketName, n); err != nil {
			return err
		}
	}
	n.XMLName = xml.Name{Space: "http://s3.amazonaws.com/doc/2006-03-01/", Local: "NotificationConfiguration"}
	text, err := xml.Marshal(n)
	if err != nil {
		return err
	}
	err = s.changeBucket(bucketName, func(tx *store.Tx, b *bucket) error {
		b.Configurations["notification"] = document{Body: string(text)}
		return s.outbox.testTx(tx, c, bucketName, n.Queues)
	})
	if err != nil {
		return err
	}
	s.outbox.loop.Wake()
	w.WriteHeader(http.StatusOK)
	return nil
}

// checkNotifications checks a configuration, and names those without an ID.
func (s *Service) checkNotifications(n *notifications) error {
	switch {
	case len(n.Topics) > 0:
		return unsupported("TopicConfiguration")
	case len(n.Unknown) > 0:
		return malformedXML()
	case len(n.all()) > maxNotifications:
		return invalidArgument("The number of notification configurations exceeds the maximum of %d", maxNotifications)
	}
	ids := map[string]bool{}
	for _, some := range [][]notification{n.Queues, n.Functions} {
		for i := range some {
			one := &some[i]
			if one.ID == "" {
				one.ID = uuid.NewString()
			}
			if err := s.checkNotification(*one); err != nil {
				return err
			}
			if ids[one.ID] {
				return invalidArgument("Same ID used for multiple configurations. IDs must be unique")
			}
			ids[one.ID] = true
		}
	}
	return checkOverlaps(n.all())
}

func (s *Service) checkNotification(n notification) error {
	switch {
	case len(n.Unknown) > 0 || len(n.Events) == 0 || n.destination() == "" || n.Queue != "" && n.Function != "":
		return malformedXML()
	case len(n.ID) > maxID:
		return invalidArgument("The ID of a notification configuration is longer than %d characters", maxID)
	}
	for _, e := range n.Events {
		if err := checkEvent(e); err != nil {
			return err
		}
	}
	if err := checkRules(n.Rules); err != nil {
		return err
	}
	return s.checkARN(n)
}

// checkRules checks that a filter has at most a prefix and a suffix.
func checkRules(rules []filterRule) error {
	seen := map[string]bool{}
	for _, r := range rules {
		name := strings.ToLower(r.Name)
		switch {
		case name != "prefix" && name != "suffix":
			return invalidArgument("filter rule name must be either prefix or suffix")
		case seen[name]:
			return invalidArgument("Cannot specify more than one %s rule in a filter.", name)
		case len(r.Value) > maxFilterValue:
			return invalidArgument("Size of filter rule value cannot exceed %d bytes in UTF-8", maxFilterValue)
		}
		seen[name] = true
	}
	return nil
}

// checkARN checks that a destination is named as one of this region.
func (s *Service) checkARN(n notification) error {
	service, resource := "sqs", ""
	if n.Function != "" {
		service, resource = "lambda", "function:"
	}
	part := strings.SplitN(n.destination(), ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != service || !strings.HasPrefix(part[5], resource) {
		return invalidArgument("The ARN is not well formed")
	}
	if part[3] != s.env.Region {
		return invalidArgument("The notification destination service region is not valid for the bucket location constraint")
	}
	return nil
}

// checkOverlaps checks that no event could have two destinations.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func checkOverlaps(all []notification) error {
	for i, a := range all {
		for _, b := range all[:i] {
			if a.overlaps(b) {
				return invalidArgument("Configurations overlap. Configurations on the same bucket cannot share a common event type.")
			}
		}
	}
	return nil
}

func (n notification) overlaps(o notification) bool {
	shared := slices.ContainsFunc(n.Events, func(a string) bool {
		return slices.ContainsFunc(o.Events, func(b string) bool { return eventsOverlap(a, b) })
	})
	either := func(is func(a, b string) bool, rule string) bool {
		return is(n.rule(rule), o.rule(rule)) || is(o.rule(rule), n.rule(rule))
	}
	return shared && either(strings.HasPrefix, "prefix") && either(strings.HasSuffix, "suffix")
}

// validateDestinations checks that S3 may send events to all destinations.
func (s *Service) validateDestinations(bucketName string, n notifications) error {
	var failed []string
	for _, one := range n.all() {
		if s.outbox.to == nil {
			return fmt.Errorf("s3 has no destinations of events")
		}
		if err := s.outbox.to.Check(one.destination(), ARN(bucketName, "")); err != nil {
			failed = append(failed, fmt.Sprintf("%s (%v)", one.destination(), err))
		}
	}
	if len(failed) > 0 {
		return invalidArgument("Unable to validate the following destination configurations: %s", strings.Join(failed, ", "))
	}
	return nil
}

func unsupported(what string) error {
	return wire.Errorf(http.StatusNotImplemented, "NotImplemented", "%s is not supported by the local cloud", what)
}

func invalidArgument(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "InvalidArgument", format, args...)
}
