package secretsmanager

import "slices"

// maxVersions is how many versions are kept; those without a stage go first.
// AWS keeps about 100.
const maxVersions = 100

// add adds a version with stages.
func (s *secret) add(v version, stages []string) {
	s.Versions = append(s.Versions, v)
	for _, stage := range stages {
		s.move(stage, v.ID)
	}
	s.Changed = v.Created
	if i := s.deprecated(); len(s.Versions) > maxVersions && i >= 0 {
		s.Versions = slices.Delete(s.Versions, i, i+1)
	}
}

func (s *secret) deprecated() int {
	return slices.IndexFunc(s.Versions, func(v version) bool { return len(v.Stages) == 0 })
}

// move moves a stage to a version. The version that was current becomes the
// previous one.
func (s *secret) move(stage, id string) {
	had := s.staged(stage)
	if had >= 0 && s.Versions[had].ID == id {
		return
	}
	s.removeStage(stage)
	i := s.byID(id)
	s.Versions[i].Stages = append(s.Versions[i].Stages, stage)
	slices.Sort(s.Versions[i].Stages)
	if stage == current && had >= 0 {
		s.move(previous, s.Versions[had].ID)
	}
}

// removeStage removes a stage from the version that has it.
func (s *secret) removeStage(stage string) {
	if i := s.staged(stage); i >= 0 {
		s.Versions[i].Stages = slices.DeleteFunc(s.Versions[i].Stages, func(have string) bool { return have == stage })
	}
}
