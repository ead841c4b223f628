package database

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// addresses are the forms that a database's address can have, right and wrong;
// nothing answers at any of them.
func addresses(password string) []string {
	return []string{
		"postgres://u:" + password + "@127.0.0.1:1/db",
		"postgres://u:" + url.QueryEscape(password) + "@127.0.0.1:1/db",
		"postgres://u:" + url.PathEscape(password) + "@127.0.0.1:1/db",
		"postgres://u:" + password + "@127.0.0.1:port/db",
		"postgres://u:" + password + "@[::1/db",
		"postgres://u:%zz" + password + "@127.0.0.1:1/db",
		"postgres://127.0.0.1:1/db?user=u&password=" + password,
		"postgres://127.0.0.1:1/db?user=u&password=" + url.QueryEscape(password) + "&sslmode=wrong",
		"postgres:/u:" + password + "@127.0.0.1:1/db",
		"postgres//u:" + password + "@127.0.0.1:1/db",
		"u:" + password + "@127.0.0.1:1/db",
		"host=127.0.0.1 port=1 user=u password=" + password,
		"host=127.0.0.1 port=1 user=u password='" + password + "'",
		"host=127.0.0.1 port=1 user=u password='" + password,
		"host=127.0.0.1 port=none user=u password=" + password,
		"host=127.0.0.1 port=1 user=u sslmode=wrong password = " + password,
	}
}

func FuzzNoErrorShowsThePassword(f *testing.F) {
	for _, password := range []string{"s3cretS3cret", "p@ssword@word", "pass/word/1", "pass?word&x", "12345#word", "100%sure%20it", "two words", "quo'te'd\"s", "ä-ö-ü-Ä-Ö"} {
		f.Add(password)
	}
	f.Fuzz(func(t *testing.T, password string) {
		if len(password) < 6 || strings.ContainsAny(password, "\x00\n") || strings.Contains(malformedURL, password) || strings.Contains(unusable(errRefused.Error(), databaseURL).Error(), password) {
			t.Skip("not told from the message's own words")
		}
		for _, address := range addresses(password) {
			err := ping(t.Context(), address)
			if err == nil {
				t.Fatal("something answers on port 1")
			}
			if text := err.Error(); strings.Contains(text, password) {
				t.Errorf("%q shows the password:\n%s", address, text)
			}
		}
	})
}

// ping connects to the database at an address.
func ping(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	d, err := FromURL(address)
	if err != nil {
		return err
	}
	pool := d.open()
	defer pool.Close()
	if err := pool.PingContext(ctx); err != nil {
		return d.unreachable(err)
	}
	return nil
}

// errRefused is what the driver says when nothing listens.
var errRefused = fmt.Errorf("failed to connect to user=u database=db 127.0.0.1:1 connection errRefused dial error")
