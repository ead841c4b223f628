package events

// Summary describes a rule.
type Summary struct {
	Bus, Name string
	Pattern   string // JSON
	Enabled   bool
	Targets   []string // ARNs
}

// Summaries returns the rules of all buses, by bus and name.
func (s *Service) Summaries() (all []Summary, err error) {
	rules, err := s.rules.List("")
	for _, r := range rules {
		one := Summary{Bus: r.Bus, Name: r.Name, Pattern: r.EventPattern, Enabled: r.State == enabled}
		for _, t := range r.Targets {
			one.Targets = append(one.Targets, t.Arn)
		}
		all = append(all, one)
	}
	return all, err
}
