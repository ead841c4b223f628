package sqs

import (
	"net/url"
	"regexp"
	"strings"
)

// queueName is the format of names of standard queues.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// fifoName is the format of names of FIFO queues: the suffix counts towards the
// 80 characters. Same source.
var fifoName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,75}\.fifo$`)

func (s *Service) arn(name string) string { return s.env.ARN("sqs", name) }

func (s *Service) url(name string) string {
	return s.env.Endpoint + "/" + s.env.Account + "/" + name
}

// splitURL returns the account and the name in a queue's URL. The host is
// ignored: a cloud has more than one name.
func splitURL(raw string) (account, name string, ok bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return "", "", false
	}
	account, name, ok = strings.Cut(strings.Trim(u.Path, "/"), "/")
	return account, name, ok && !strings.Contains(name, "/")
}

// byURL finds a queue; s.mu is held.
func (s *Service) byURL(raw string) (*queue, error) {
	if raw == "" {
		return nil, errMissing("QueueUrl")
	}
	account, name, ok := splitURL(raw)
	if !ok {
		return nil, errAddress(raw)
	}
	if q := s.live[name]; q != nil && account == s.env.Account {
		return q, nil
	}
	return nil, errNoQueue()
}

// byARN finds a queue; s.mu is held.
func (s *Service) byARN(arn string) (*queue, error) {
	name, ok := strings.CutPrefix(arn, s.arn(""))
	if q := s.live[name]; ok && q != nil {
		return q, nil
	}
	return nil, errNoQueue()
}
