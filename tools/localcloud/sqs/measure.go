package sqs

// counts holds how many messages a queue has, without those that have expired, and
// when the oldest of them was sent.
type counts struct {
	visible, delayed, inFlight int
	oldest                     int64 // milliseconds; the time of the count if there is none
}

// count counts the messages of a queue; s.mu is held.
func (q *queue) count(now int64) counts {
	n := counts{oldest: now}
	for _, m := range q.order {
		if q.expired(m, now) {
			continue
		}
		n.oldest = min(n.oldest, m.SentAt)
		switch {
		case m.VisibleAt <= now:
			n.visible++
		case m.inFlight(now):
			n.inFlight++
		default:
			n.delayed++
		}
	}
	return n
}

// Measure calls record for each measure of each queue that is not zero, by the
// names that CloudWatch has for them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func (s *Service) Measure(record func(queue, metric, unit string, value float64)) {
	now := s.now()
	all := map[string]counts{}
	s.mu.Lock()
	for name, q := range s.live {
		all[name] = q.count(now)
	}
	s.mu.Unlock()
	for queue, n := range all {
		for _, m := range []struct {
			name, unit string
			value      int64
		}{
			{"ApproximateNumberOfMessagesVisible", "Count", int64(n.visible)},
			{"ApproximateNumberOfMessagesNotVisible", "Count", int64(n.inFlight)},
			{"ApproximateAgeOfOldestMessage", "Seconds", (now - n.oldest) / 1000},
		} {
			if m.value > 0 {
				record(queue, m.name, m.unit, float64(m.value))
			}
		}
	}
}
