// Package dashboard shows a local cloud to its user, in a browser: the map of what is
// deployed, invocations as they run, logs, queues, objects, schedules, the database,
// and forms that send requests. Pages are made on the server, work without
// JavaScript, and ask for nothing from elsewhere.
//
// It reads the services of the cloud, and what the module package knows of the
// deployed module; it must not know how that is made. Whatever it changes, it
// changes as a client of AWS could: it invokes, redrives, and runs a schedule.
package dashboard
