// Package conversation takes one turn: a message and what is remembered of the
// conversation in, a reply and what to remember out. It decides the language,
// follows ellipsis ("and in Osaka?"), finds the topic, leads with the line to
// call when it is urgent, asks back when two topics are meant, and hands over to
// people when it does not know. It knows nothing of Discord: bot draws a Reply
// as Discord components, the command line draws it as text.
package conversation
