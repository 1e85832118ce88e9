namespace Harness.Record.Tests;

/// <summary>src/Harness.Record/RECORD.md, which documents the format, and the schema beside it.</summary>
internal static class RecordDocument
{
    public static string Folder { get; } = Find();

    public static string Text => File.ReadAllText(Path.Combine(Folder, "RECORD.md"));

    public static string SchemaPath => Path.Combine(Folder, "run.schema.json");

    /// <summary>The commands of its shell blocks.</summary>
    public static string Commands() => string.Join('\n', Text.Split("```sh\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var room = Path.Combine(folder.FullName, "src", "Harness.Record");
            if (Directory.Exists(room))
            {
                return room;
            }
        }

        throw new DirectoryNotFoundException("src/Harness.Record above the tests");
    }
}
