using System.Buffers.Binary;

namespace Harness.Cli.Commands.Publishing;

/// <summary>The head of an ELF file.</summary>
internal static class ElfFile
{
    private const int MachineAt = 18; // e_machine of the ELF specification; every target here is little-endian

    /// <summary>Gets the machine that a file is for; null if it is no ELF file.</summary>
    public static int? Machine(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[MachineAt + 2];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan(0, 4).SequenceEqual("\u007fELF"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(MachineAt))
            : null;
    }
}
