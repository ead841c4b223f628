// Package folder keeps messages in a table instead of sending them, so that whoever
// tries the system out writes to nobody. It owns the table outreach_folder. A
// sender of real mail, on Amazon SES for example, takes its place.
package folder

import (
	"context"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/services/outreach"
)

// Folder is an outreach.Sender that files each message once.
type Folder struct{ primary *db.Primary }

// New returns the folder in a database.
func New(primary *db.Primary) *Folder { return &Folder{primary: primary} }

// Send files a message. One whose key is there is filed already.
func (f *Folder) Send(ctx context.Context, m *outreach.Message) error {
	_, err := f.primary.Exec(ctx, `
		INSERT INTO outreach_folder (key, recipient, subject, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO NOTHING`, m.Key(), m.Candidate, m.Subject, m.Body)
	return err
}
