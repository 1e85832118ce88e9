using Microsoft.Win32.SafeHandles;

namespace Harness.Hardware.Native;

/// <summary>An owned descriptor. The marshaller counts references, so a call in flight never meets a reused number.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    public FileDescriptor(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
