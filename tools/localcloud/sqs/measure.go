package sqs

import "maps"

// Measure calls record for each measure of each queue that is not zero, by the
// names that CloudWatch has for them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func (s *Service) Measure(record func(queue, metric, unit string, value float64)) {
	type measure struct {
		queue           string
		visible, hidden int
		oldest          int64 // milliseconds
	}
	var all []measure
	now := s.now()
	s.mu.Lock()
	for name := range maps.Keys(s.live) {
		m := measure{queue: name, oldest: now}
		for _, one := range s.live[name].byID {
			m.oldest = min(m.oldest, one.SentAt)
			switch {
			case one.inFlight(now):
				m.hidden++
			case one.VisibleAt <= now:
				m.visible++
			}
		}
		all = append(all, m)
	}
	s.mu.Unlock()
	for _, m := range all {
		if m.visible > 0 {
			record(m.queue, "ApproximateNumberOfMessagesVisible", "Count", float64(m.visible))
		}
		if m.hidden > 0 {
			record(m.queue, "ApproximateNumberOfMessagesNotVisible", "Count", float64(m.hidden))
		}
		if age := (now - m.oldest) / 1000; age > 0 {
			record(m.queue, "ApproximateAgeOfOldestMessage", "Seconds", float64(age))
		}
	}
}
