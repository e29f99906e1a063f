// Package discordtest is a Discord on loopback for tests: REST, gateway and
// interactions over HTTP, as strict as the real one and with its failures on
// demand.
//
//	d := discordtest.New(t)
//	go runBot(d.URL(), d.Token())
//	d.AwaitReady(1, time.Minute)
//	ann := d.NewUser("ann", "vi")
//	r := d.Slash(ann, d.Channel(), "ask", discordtest.Options{"question": "…"}).Await(time.Minute)
//	r = d.Press(ann, r.Message, "Share").Await(time.Minute)
//
// Each request is judged by Discord's OpenAPI document, where it is at hand,
// and by the rules that the document lacks: names of commands, lengths in
// UTF-16 units, flags that go together, unique custom ids, mentions. A broken
// rule is answered as Discord would and fails the test at its end.
//
// What people do is in act.go, what goes wrong in faults.go and gateway.go,
// interactions sent to an HTTP endpoint in endpoint.go.
package discordtest
