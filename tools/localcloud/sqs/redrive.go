package sqs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// redrive is a redrive policy: after how many receives a message is moved, and to
// which queue.
type redrive struct {
	target     string // ARN
	maxReceive int
}

// redrive returns the queue's redrive policy; ok is false if it has none.
func (q *queue) redrive() (r redrive, ok bool) {
	raw := q.Attributes[redrivePolicy]
	if raw == "" {
		return r, false
	}
	r, err := parseRedrive(raw)
	return r, err == nil
}

// parseRedrive reads a RedrivePolicy. AWS takes maxReceiveCount as a number
// and as a string.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
func parseRedrive(raw string) (r redrive, err error) {
	var p struct {
		DeadLetterTargetArn *string
		MaxReceiveCount     json.RawMessage
	}
	bad := func(reason string) error {
		return errParameter("Value %s for parameter RedrivePolicy is invalid. Reason: %s", raw, reason)
	}
	switch err := json.Unmarshal([]byte(raw), &p); {
	case err != nil:
		return r, bad("Redrive policy is not a valid JSON map.")
	case p.DeadLetterTargetArn == nil:
		return r, bad("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
	case p.MaxReceiveCount == nil:
		return r, bad("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
	}
	count := string(bytes.Trim(p.MaxReceiveCount, `"`))
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > 1000 {
		return r, bad("Invalid value for maxReceiveCount: " + count + ", valid values are from 1 to 1000 both inclusive.")
	}
	return redrive{*p.DeadLetterTargetArn, n}, nil
}

// checkRedrive checks a RedrivePolicy for the queue source; s.mu is held.
func (s *Service) checkRedrive(source, raw string) error {
	r, err := parseRedrive(raw)
	if err != nil {
		return err
	}
	q, err := s.byARN(r.target)
	if err != nil {
		return errParameter("Value %s for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.", raw)
	}
	if q.fifo() != isFIFO(source) {
		return errParameter("Value %s for parameter RedrivePolicy is invalid. "+
			"Reason: Dead-letter queue must be same type of queue as the source.", raw)
	}
	if !q.allows(s.arn(source)) {
		return errParameter("Value %s for parameter RedrivePolicy is invalid. "+
			"Reason: Dead letter target's redrive allow policy denies this source queue.", raw)
	}
	return nil
}

// redriveAllow is a redrive allow policy: which queues may use a queue as their
// dead-letter queue.
type redriveAllow struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueArns   []string `json:"sourceQueueArns,omitempty"`
}

func checkRedriveAllow(raw string) error {
	bad := func(reason string) error {
		return errParameter("Value %s for parameter RedriveAllowPolicy is invalid. Reason: %s", raw, reason)
	}
	var p redriveAllow
	if json.Unmarshal([]byte(raw), &p) != nil {
		return bad("Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.")
	}
	switch n := len(p.SourceQueueArns); {
	case !slices.Contains([]string{"allowAll", "denyAll", "byQueue"}, p.RedrivePermission):
		return bad("Amazon SQS can't create the redrive allow policy. The permission type must be allowAll, denyAll or byQueue.")
	case p.RedrivePermission == "byQueue" && (n < 1 || n > 10):
		return bad("Amazon SQS can't create the redrive allow policy. Specify 1 to 10 source queue ARNs with byQueue.")
	case p.RedrivePermission != "byQueue" && n > 0:
		return bad("Amazon SQS can't create the redrive allow policy. Source queue ARNs go with byQueue only.")
	}
	return nil
}

// allows reports whether the source may use the queue as its dead-letter queue.
func (q *queue) allows(source string) bool {
	var p redriveAllow
	if raw := q.Attributes[redriveAllowPolicy]; raw == "" || json.Unmarshal([]byte(raw), &p) != nil {
		return true
	}
	return p.RedrivePermission == "allowAll" ||
		p.RedrivePermission == "byQueue" && slices.Contains(p.SourceQueueArns, source)
}

// sources returns the sorted names of the queues whose dead-letter queue is q.
func (s *Service) sources(q *queue) (names []string) {
	for name, other := range s.live {
		if r, ok := other.redrive(); ok && r.target == s.arn(q.Name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
