package analytics

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/etl"
	"github.com/seastack/seastack/core/services/interviews"
)

// interviewFact is a row of interview_facts.
type interviewFact struct {
	InterviewID    uuid.UUID                 `json:"interview_id"`
	Interviewer    string                    `json:"interviewer"`
	Position       string                    `json:"position"`
	Week           time.Time                 `json:"week"`
	Minutes        int                       `json:"minutes"`
	Status         interviews.Status         `json:"status"`
	Recommendation interviews.Recommendation `json:"recommendation"`
	CreatedAt      time.Time                 `json:"created_at"`
	CompletedAt    *time.Time                `json:"completed_at"`
	LeadSeconds    *int64                    `json:"lead_seconds"` // from creation to completion
}

func interviewFactOf(c interviews.Changed) interviewFact {
	f := interviewFact{
		InterviewID: c.ID, Interviewer: c.Interviewer, Position: c.Position, Week: c.Week, Minutes: c.Minutes,
		Status: c.Status, Recommendation: c.Recommendation, CreatedAt: c.CreatedAt, CompletedAt: c.CompletedAt,
	}
	if c.CompletedAt != nil {
		f.LeadSeconds = new(int64(c.CompletedAt.Sub(c.CreatedAt) / time.Second))
	}
	return f
}

// interviewFacts returns the job that keeps interview_facts.
func interviewFacts(source etl.Source[interviews.Changed]) etl.Job[interviews.Changed] {
	upsert := etl.Upsert[interviewFact]("interview_facts", "interview_id",
		"interview_id", "interviewer", "position", "week", "minutes", "status", "recommendation", "created_at", "completed_at", "lead_seconds")
	return etl.Job[interviews.Changed]{Name: "interviews", Source: source,
		Load: func(ctx context.Context, tx pgx.Tx, rows []interviews.Changed) error {
			facts := make([]interviewFact, len(rows))
			for i, c := range rows {
				facts[i] = interviewFactOf(c)
			}
			return upsert(ctx, tx, facts)
		}}
}
