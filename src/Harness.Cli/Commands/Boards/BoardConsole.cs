using System.Threading.Channels;

namespace Harness.Cli.Commands.Boards;

/// <summary>A line console to a board: adds SEQ and CRC to typed lines, and checks and strips them from replies.</summary>
internal sealed class BoardConsole(BenchClient client, ChannelReader<string> typed, TextWriter output)
{
    private const string Help = """
        VERB key=value ...   for example: ID   SELFTEST   SEED seed=00112233445566778899aabbccddeeff   MEASURE op=list
        :raw TEXT            sends TEXT as it stands, without SEQ and CRC
        ?                    this help (rigs/firmware/PROTOCOL.md has every verb)     Ctrl-D or Ctrl-C leaves
        """;

    /// <summary>Serves lines until there are no more or the token is cancelled.</summary>
    /// <returns>The number of requests that the board answered with ERR.</returns>
    /// <exception cref="BoardException">The board fell silent, sent garbage, or its line ended.</exception>
    public async Task<int> RunAsync(string prompt, CancellationToken stop)
    {
        var errors = 0;
        for (; ; )
        {
            await output.WriteAsync(prompt);
            await output.FlushAsync(stop);
            string line;
            try
            {
                line = (await typed.ReadAsync(stop)).Trim();
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                if (prompt.Length > 0)
                {
                    await output.WriteLineAsync();
                }

                return errors;
            }

            if (line.Length == 0)
            {
                continue;
            }

            errors += await ServeAsync(line, stop) ? 0 : 1;
        }
    }

    private async Task<bool> ServeAsync(string line, CancellationToken stop)
    {
        if (line is "?" or "help")
        {
            await output.WriteLineAsync(Help);
            return true;
        }

        if (line.StartsWith(":raw ", StringComparison.Ordinal))
        {
            var reply = await client.SendRawAsync(System.Text.Encoding.UTF8.GetBytes(line[5..] + "\n"), TimeSpan.FromSeconds(5), stop);
            await output.WriteLineAsync(reply is null ? "(no reply within 5 s)" : Printable(System.Text.Encoding.Latin1.GetString(reply)));
            return true;
        }

        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Skip(1).FirstOrDefault(w => !w.Contains('=')) is { } odd)
        {
            await output.WriteLineAsync($"'{odd}' is no key=value; SEQ and CRC are added here: type VERB key=value ..., or :raw TEXT");
            return false;
        }

        try
        {
            var reply = await client.AskAsync(words[0], [.. words.Skip(1).Select(Pair)], stop);
            await output.WriteLineAsync(Printable($"OK {string.Join(' ', reply.Values.Select(v => $"{v.Key}={v.Value}"))}".TrimEnd()));
            return true;
        }
        catch (BoardErrorException e)
        {
            await output.WriteLineAsync(Printable($"ERR {e.Code} {e.Description}".TrimEnd()));
            return false;
        }
    }

    private static (string Key, string Value) Pair(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        return (word[..at], word[(at + 1)..]);
    }

    // A board's bytes must not move the cursor of a terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => c is < ' ' or > '~' ? '?' : c));
}
